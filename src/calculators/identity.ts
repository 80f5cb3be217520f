/** 人民币大写、公民身份号码、统一社会信用代码的计算器 (kernel: amount-words, id-number, uscc). */
import { amountInWords } from '../kernel/amount-words.ts';
import { checkIdNumber } from '../kernel/id-number.ts';
import { checkUscc } from '../kernel/uscc.ts';
import { inputStep, type Trace, type TraceStep } from '../rules/index.ts';
import { type Calculator, calculator } from './calculator.ts';
import { codeText, dateField, flag, largeYuan, optional } from './fields.ts';

const amountWords = calculator({
  name: 'amount-words',
  title: '人民币大写',
  topic: 'identity',
  example: { amount: '160556.76' },
  fields: { amount: largeYuan('金额') },
  run: ({ amount }) => {
    const words = amountInWords(amount);
    const rule = '元为止或到角加“整”，有分不加；连续的零只写一个。';
    const steps: TraceStep[] = [
      inputStep('金额', amount),
      { kind: 'rule', label: '写法', words: rule, valueText: words },
    ];
    return { result: { words }, trace: { title: '人民币大写', result: words, resultText: words, steps } };
  },
});

function checkTrace(title: string, standard: string, reason: string | undefined): Trace<boolean> {
  const verdict = reason === undefined ? '有效' : '无效';
  const words = reason ?? '长度、字符、区划、校验位都对。';
  return {
    title,
    result: reason === undefined,
    resultText: verdict,
    steps: [
      { kind: 'rule', label: '标准', words: standard, valueText: '' },
      { kind: 'result', label: '核对', words, valueText: verdict },
    ],
  };
}

const idNumber = calculator({
  name: 'id-number',
  title: '公民身份号码核对',
  topic: 'identity',
  example: { number: '429999199001010015' },
  fields: {
    number: codeText('公民身份号码'),
    today: optional(dateField('核对日')),
    convert15To18: optional(flag('15位换算为18位')),
  },
  run: ({ number, today, convert15To18 = false }, { asOf }) => {
    const check = checkIdNumber(number);
    const standard = 'GB 11643：前17位加权求和，模11取校验位；旧15位补“19”后加校验位。';
    const born = check.ok && check.birthDate > (today ?? asOf) ? '身份证号中的出生日期晚于今天。' : undefined;
    const reason = check.ok ? born : check.reason;
    const trace = checkTrace('公民身份号码核对', standard, reason);
    if (!check.ok || reason !== undefined) return { result: { valid: false, reason }, trace };
    const { birthDate, sex, idNo, upgraded } = check;
    return { result: { valid: true, birthDate, sex, ...(upgraded && convert15To18 ? { upgraded: idNo } : {}) }, trace };
  },
});

const uscc = calculator({
  name: 'uscc',
  title: '统一社会信用代码核对',
  topic: 'identity',
  example: { code: '91429999MA0000T01U' },
  fields: { code: codeText('统一社会信用代码') },
  run: ({ code }) => {
    const check = checkUscc(code);
    const reason = check.ok ? undefined : check.reason;
    const trace = checkTrace('统一社会信用代码核对', 'GB 32100：18位，末位为模31校验位。', reason);
    return { result: check.ok ? { valid: true } : { valid: false, reason }, trace };
  },
});

export const IDENTITY_CALCULATORS: readonly Calculator[] = [amountWords, idNumber, uscc];
