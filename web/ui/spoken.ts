/** What a voice should say for what stands on a card: amounts in 元, dates in words, long numbers digit by digit, no stars. */
export function spoken(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter(Boolean)
    .join('，')
    .replace(/\d{6}\*+(\w{4})/g, (_, end: string) => `尾号${digits(end)}`)
    .replace(/¥\s*/g, '')
    .replace(/[+＋](?=[\d,]+\.\d\d)/g, '多')
    .replace(/[−-](?=[\d,]+\.\d\d)/g, '少')
    .replace(/([\d,]+\.\d\d)(?:\s*元)?/g, (_, amount: string) => `${amount.replaceAll(',', '')}元`)
    .replace(/(\d{4})-(\d\d)-(\d\d)/g, (_, y, m, d) => `${y}年${Number(m)}月${Number(d)}日`)
    .replace(/(\d{4})-(\d\d)(?!\d)/g, (_, y, m) => `${y}年${Number(m)}月`)
    .replace(/\d{8,}/g, digits);
}

const digits = (text: string): string => [...text].join(' ');
