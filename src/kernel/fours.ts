/** 2023 0410 1426 3001: a number that is read aloud or typed over. */
export function inFours(text: string): string {
  return text.replace(/(.{4})(?=.)/g, '$1 ');
}
