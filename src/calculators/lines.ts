/** The line form of every calculator: one JSON object in, one out, never a crash. */
import { type Calculator, calculate, type Env, traceOf } from './calculator.ts';

/** @param explain adds the trace. A bad line answers `{"error":{code,message,field}}`. */
export function answerLine(calculator: Calculator, line: string, env: Env, explain = false): string {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return JSON.stringify({ error: { code: 'CALC-001', message: '这一行不是合法的 JSON' } });
  }
  const calculated = calculate(calculator, raw, env);
  if (!calculated.ok) {
    const { code, message, field, next } = calculated.problem;
    return JSON.stringify({ error: { code, message, field, next } });
  }
  const { answer, ignored } = calculated;
  return JSON.stringify({
    ...answer.result,
    ...(ignored.length > 0 ? { ignored } : {}),
    ...(explain ? { trace: traceOf(answer) } : {}),
  });
}
