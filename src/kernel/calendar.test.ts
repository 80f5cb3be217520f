import { describe, expect, it } from 'vitest';
import {
  addWorkdays,
  type CalendarRow,
  isPublishedYear,
  isWorkday,
  nextWorkdayFrom,
  previousWorkday,
  workCalendar,
} from './calendar.ts';
import { DomainError } from './errors.ts';
import { addDays, type CivilDate, civilDate, weekday } from './month.ts';

/** 2031 as plain weeks, except that Saturday 2031-03-01 is worked and Monday 2031-03-03 is not. */
function rows2031(): CalendarRow[] {
  const rows: CalendarRow[] = [];
  for (let day = civilDate('2031-01-01'); day <= '2031-12-31'; day = addDays(day, 1)) {
    const plain = weekday(day) >= 1 && weekday(day) <= 5;
    rows.push({ day, working: day === '2031-03-01' || (plain && day !== '2031-03-03') });
  }
  return rows;
}

describe('工作日历 (D-CAL-06)', () => {
  const calendar = workCalendar(rows2031());
  const day = (text: string): CivilDate => civilDate(text);

  it('follows the table, not the week', () => {
    expect(isWorkday(calendar, day('2031-03-01'))).toBe(true);
    expect(isWorkday(calendar, day('2031-03-03'))).toBe(false);
    expect(addWorkdays(calendar, day('2031-02-28'), 2)).toBe('2031-03-04');
    expect(nextWorkdayFrom(calendar, day('2031-03-02'))).toBe('2031-03-04');
    expect(previousWorkday(calendar, day('2031-03-03'))).toBe('2031-03-01');
  });

  it('refuses an unpublished year, naming it', () => {
    const ask = (): CivilDate => addWorkdays(calendar, day('2031-12-30'), 5);
    expect(ask).toThrow(DomainError);
    expect(ask).toThrow(/BILL-006/);
    try {
      ask();
    } catch (error) {
      expect((error as DomainError).problems[0]?.why).toContain('2032');
    }
  });

  it('does not publish a year with a hole', () => {
    const holed = workCalendar(rows2031().filter((row) => row.day !== '2031-07-14'));
    expect(isPublishedYear(calendar, 2031)).toBe(true);
    expect(isPublishedYear(holed, 2031)).toBe(false);
  });
});
