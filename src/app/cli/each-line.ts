import { once } from 'node:events';

/** Lines are answered and written in blocks of this many characters. */
const BLOCK = 65_536;

/** Blank lines are passed over. Waits for the reader, so that memory stays constant. */
export async function eachLine(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  answer: (line: string) => string,
): Promise<void> {
  input.setEncoding('utf8');
  let rest = '';
  let block = '';
  const flush = async (limit: number): Promise<void> => {
    if (block.length <= limit) return;
    const ready = output.write(block);
    block = '';
    if (!ready) await once(output, 'drain');
  };
  for await (const chunk of input) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() !== '') block += `${answer(line)}\n`;
      await flush(BLOCK);
    }
  }
  if (rest.trim() !== '') block += `${answer(rest)}\n`;
  await flush(0);
}
