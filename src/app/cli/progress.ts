const STEP_PERCENT = 10;

/** Tells on standard error how far a copy is: one moving line in a terminal, a line every tenth elsewhere. */
export function progressLine(what: string, err: NodeJS.WriteStream = process.stderr) {
  let told = -1;
  return (done: number, total: number): void => {
    const percent = total > 0 ? Math.floor((done * 100) / total) : 0;
    const due = err.isTTY ? percent > told : percent >= told + STEP_PERCENT || (percent === 100 && told < 100);
    if (!due) return;
    told = percent;
    const line = `${what} ${percent}%　${megabytes(done)} MB`;
    err.write(err.isTTY ? `\r${line}${percent === 100 ? '\n' : ''}` : `${line}\n`);
  };
}

export function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0);
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} 秒`;
}
