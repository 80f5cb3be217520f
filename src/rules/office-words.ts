/** 办事时限的说法: how long and until when, in the words of a region's own parameters, for every sentence that a page says. */
import type { CivilDate } from '../kernel/month.ts';
import { findValue, type PolicyBook } from './book.ts';
import type { PolicyKey } from './policy-keys.ts';

/** Where a region has no such parameter the words stay true without it. */
export type OfficeWords = {
  /** 三个月. */
  readonly autoBack: string;
  readonly selfBack: string;
  readonly refundBack: string;
  /** 约 20 分钟（每月 1–10 日约 30 分钟）. */
  readonly taxWait: string;
  /** 30分钟, as HB-BILL-07 spells it. */
  readonly peakWait: string;
  /** 10 个工作日内. */
  readonly billValid: string;
  /** 每 4 小时. */
  readonly posting: string;
  /** 次日 02:00. */
  readonly allocation: string;
  /** 3 个月内. */
  readonly verify: string;
  /** 30 日. */
  readonly joinWithin: string;
  /** 万分之五. */
  readonly lateRate: string;
  /** 滞纳金和利息, or only the first where the region asks no interest. */
  readonly charges: string;
  /** 从费款所属月次月 1 日起: from when 单位补缴 is charged. */
  readonly backFrom: string;
  /** What a bill issued again costs more. */
  readonly reissue: string;
  /** What a month without changes asks of the employer (HB-DEC-01, TY-CLS-01). */
  readonly quietMonth: string;
};

const DIGITS = ['零', '一', '两', '三', '四', '五', '六', '七', '八', '九', '十'] as const;

/** 三个月; beyond ten in figures. */
function monthsWords(count: number): string {
  return `${DIGITS[count] ?? ` ${count} `}个月`.trim();
}

export function officeWords(book: PolicyBook, region: string, on: CivilDate): OfficeWords {
  const value = (key: PolicyKey) => findValue(book, region, key, on)?.value;
  const words = (key: PolicyKey, of: (value: number) => string, otherwise: string): string => {
    const found = value(key);
    return typeof found === 'number' ? of(found) : otherwise;
  };
  const peak = [value('tax.peakDayFrom'), value('tax.peakDayTo'), value('tax.peakWaitMinutes')];
  const at = value('allocation.at');
  const charges = value('interest.insurances') === 'NONE' ? '滞纳金' : '滞纳金和利息';
  const byPeriod = (key: PolicyKey) => value(key) === 'PERIOD_NEXT_MONTH';
  return {
    autoBack: words('window.autoBackMonths', monthsWords, '规定月数'),
    selfBack: words('window.selfBackMonths', monthsWords, '规定月数'),
    refundBack: words('window.refundBackMonths', monthsWords, '规定月数'),
    taxWait: words(
      'tax.syncMinutes',
      (minutes) =>
        `约 ${minutes} 分钟${peak.every((one) => one !== undefined) ? `（每月 ${peak[0]}–${peak[1]} 日约 ${peak[2]} 分钟）` : ''}`,
      '稍后',
    ),
    peakWait: words('tax.peakWaitMinutes', (minutes) => `${minutes}分钟`, '一段时间'),
    billValid:
      value('bill.validRule') === 'WORKDAYS'
        ? words('bill.validWorkdays', (days) => `${days} 个工作日内`, '截止日期前')
        : '宽限末日前',
    posting: words('socialPosting.intervalHours', (hours) => `每 ${hours} 小时`, '定时'),
    allocation: typeof at === 'string' ? `次日 ${at}` : '次日',
    verify: words('certificate.verifyMonths', (months) => `${months} 个月内`, '有效期内'),
    joinWithin: words('registration.withinDays', (days) => `${days} 日`, '规定期限'),
    lateRate: words('lateFee.dailyRate', rateWords, '规定比例'),
    charges,
    backFrom: byPeriod('arrearsStart.BACK_UNIT') ? '从费款所属月次月 1 日起' : '从宽限末日次日起',
    reissue: byPeriod('arrearsStart.MONTHLY')
      ? `当月内重开不加收，跨月重开从次月 1 日起加收${charges}`
      : `宽限末日前重开不加收，过后加收${charges}`,
    quietMonth:
      value('declaration.mode') === 'AUTO_CLOSE'
        ? `没有人员变动的，每月 ${words('close.day', String, '规定')} 日自动记账，遇节假日提前`
        : '没有人员变动，每月也要申报和开单',
  };
}

const TEN_THOUSANDTH_PPM = 100;

/** 500 ppm a day: 万分之五. */
function rateWords(ppm: number): string {
  const parts = ppm / TEN_THOUSANDTH_PPM;
  return `万分之${parts === 2 ? '二' : (DIGITS[parts] ?? parts)}`;
}
