/**
 * The Typst compiler, alone in its thread: a long roster blocks nobody. Started by render.ts; one per process, because the
 * compiler keeps the fonts in memory.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';

export type RenderRequest = {
  readonly id: number;
  readonly source: string;
  /** JSON text; reaches the template as `sys.inputs.data`, so what users typed is data and never template text. */
  readonly data: string;
  /** Seconds since 1970: two prints of the same document are the same bytes. */
  readonly createdSeconds: number;
};

export type RenderReply = { readonly id: number; readonly pdf?: Uint8Array; readonly error?: string };

/** Memoized layout grows without end unless it is aged now and then. */
const EVICT_EVERY = 8;
const EVICT_AGE = 10;

const fontPackage = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/package.json'));
/** 宋体-like, for official prints where the system has it (Debian: fonts-noto-cjk); the templates fall back to our own font. */
const SERIF = ['Regular', 'Bold'].map((weight) => `/usr/share/fonts/opentype/noto/NotoSerifCJK-${weight}.ttc`);
const compiler = NodeCompiler.create({
  workspace: import.meta.dirname,
  fontArgs: [
    { fontPaths: [join(fontPackage, '400Regular'), join(fontPackage, '700Bold'), ...SERIF.filter(existsSync)] },
  ],
});
let rendered = 0;

/** 〓, the printer's mark for a character that is not in the type case, with its number: 〓U+2B740. */
function markMissing(data: string, missing: string): string {
  const numbers = [...missing].map((character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`);
  return data.replaceAll(JSON.stringify(missing).slice(1, -1), `〓${numbers.join('')}`);
}

/** The exporter prints its diagnostics in Rust's debug form: quotes and control characters are escaped. */
const MISSING = /the text \\?"(.+?)\\?" could not be displayed/;
const MAX_MISSING = 50;

/** A rare character in a name must not stop a bill: what our fonts cannot print is marked and the document made again. */
function render(request: RenderRequest): Uint8Array {
  let data = request.data;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return compile(request, data);
    } catch (error) {
      const text = MISSING.exec(error instanceof Error ? error.message : String(error))?.[1];
      if (!text || attempt >= MAX_MISSING) throw error;
      const missing = text.replace(/\\+u\{([0-9a-f]+)\}/g, (_, hex: string) =>
        String.fromCodePoint(Number.parseInt(hex, 16)),
      );
      const marked = markMissing(data, missing);
      if (marked === data) throw error;
      data = marked;
    }
  }
}

function compile(request: RenderRequest, data: string): Uint8Array {
  const result = compiler.compile({
    mainFileContent: request.source,
    inputs: { data },
    resetRead: true,
  });
  const document = result.result;
  if (!document) {
    const diagnostics = result.takeDiagnostics();
    throw new Error(diagnostics ? JSON.stringify(compiler.fetchDiagnostics(diagnostics)) : 'no document');
  }
  return compiler.pdf(document, { pdfStandard: 'a-2b', creationTimestamp: request.createdSeconds });
}

parentPort?.on('message', (request: RenderRequest) => {
  let reply: RenderReply;
  try {
    reply = { id: request.id, pdf: new Uint8Array(render(request)) };
  } catch (error) {
    compiler.evictCache(0);
    reply = { id: request.id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(reply);
  rendered += 1;
  if (rendered % EVICT_EVERY === 0) compiler.evictCache(EVICT_AGE);
});
