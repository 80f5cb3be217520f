export { declareWages } from './commands/declare-wages.ts';
export type { WageDeclaration } from './model.ts';
export { wageInForce } from './model.ts';
export { listWages, revertWagesOfCase } from './store.ts';
