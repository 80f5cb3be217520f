/** A calendar counted on the fingers. Days are «2024-02-29», months «2024-02». */
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeap(year: number): boolean {
  return year % 400 === 0 || (year % 4 === 0 && year % 100 !== 0);
}

export function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] ?? 0);
}

const two = (count: number): string => String(count).padStart(2, '0');

export function dayText(year: number, month: number, day: number): string {
  return `${year}-${two(month)}-${two(day)}`;
}

export function monthText(year: number, month: number): string {
  return `${year}-${two(month)}`;
}

export function yearOf(text: string): number {
  return Number(text.slice(0, 4));
}

export function monthNumber(text: string): number {
  return Number(text.slice(5, 7));
}

export function nextDay(day: string): string {
  const [year, month, date] = [yearOf(day), monthNumber(day), Number(day.slice(8))];
  if (date < daysIn(year, month)) return dayText(year, month, date + 1);
  return month < 12 ? dayText(year, month + 1, 1) : dayText(year + 1, 1, 1);
}

export function nextMonth(month: string): string {
  const [year, number] = [yearOf(month), monthNumber(month)];
  return number < 12 ? monthText(year, number + 1) : monthText(year + 1, 1);
}

/** Both ends counted; 0 when the last is before the first. */
export function daysFromTo(first: string, last: string): number {
  let count = 0;
  for (let year = yearOf(first); year <= yearOf(last); year += 1) {
    for (let month = 1; month <= 12; month += 1) {
      const start = dayText(year, month, 1);
      const end = dayText(year, month, daysIn(year, month));
      const from = start < first ? first : start;
      const to = end > last ? last : end;
      if (from <= to) count += Number(to.slice(8)) - Number(from.slice(8)) + 1;
    }
  }
  return count;
}

/** The month `count` months on: whole years first, then month by month. */
export function monthsOn(month: string, count: number): string {
  let at = monthText(yearOf(month) + Math.floor(count / 12), monthNumber(month));
  for (let left = count % 12; left > 0; left -= 1) at = nextMonth(at);
  return at;
}
