/**
 * 人民币大写 (支付结算办法附件一, 银发〔1997〕393号; D-CAL-08): 整 after 元 or 角, none after 分; a run of zeros is written once.
 */
import { fen } from './fen.ts';

const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const PLACES = ['', '拾', '佰', '仟'] as const;
const GROUPS = ['', '万', '亿', '万亿'] as const;

/** Amount in fen → words; negative amounts start with 负, zero is 零元整. */
export function amountInWords(amountFen: number): string {
  const value = Math.abs(fen(amountFen));
  const sign = amountFen < 0 ? '负' : '';
  const yuan = Math.floor(value / 100);
  const jiao = Math.floor((value % 100) / 10);
  const cents = value % 10;
  if (value === 0) return '零元整';
  const whole = yuan > 0 ? `${wholeInWords(yuan)}元` : '';
  if (jiao === 0 && cents === 0) return `${sign}${whole}整`;
  const jiaoText = jiao > 0 ? `${DIGITS[jiao]}角` : whole ? '零' : '';
  return `${sign}${whole}${jiaoText}${cents > 0 ? `${DIGITS[cents]}分` : '整'}`;
}

function wholeInWords(yuan: number): string {
  const groups: number[] = [];
  for (let rest = yuan; rest > 0; rest = Math.floor(rest / 10_000)) groups.push(rest % 10_000);
  let text = '';
  let zeroBefore = false;
  for (let i = groups.length - 1; i >= 0; i -= 1) {
    const group = groups[i] ?? 0;
    if (group === 0) {
      // 万亿 followed by an empty 亿 group still needs its 亿: 1,0000,xxxx,xxxx reads 壹万亿, which the unit name already says.
      zeroBefore = true;
      continue;
    }
    if (text && (zeroBefore || group < 1000)) text += '零';
    // 万亿 above a filled 亿 group says 亿 only once: 壹万贰仟亿.
    const unit = i === 3 && (groups[2] ?? 0) > 0 ? '万' : GROUPS[i];
    text += groupInWords(group) + unit;
    zeroBefore = false;
  }
  return text;
}

function groupInWords(group: number): string {
  let text = '';
  let zero = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (digit === 0) {
      zero = text !== '';
    } else {
      text += `${zero ? '零' : ''}${DIGITS[digit]}${PLACES[place]}`;
      zero = false;
    }
  }
  return text;
}
