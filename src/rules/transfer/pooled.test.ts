import { describe, expect, it } from 'vitest';
import { fen } from '../../kernel/fen.ts';
import { createBook, withGiven } from '../book.ts';
import { pooledTransfer } from './pooled.ts';

const book = createBook();

describe('统筹基金转移额', () => {
  it('is 12 % of all monthly bases, rounded once', () => {
    // 3450 × 12 + 4000.29 × 3 = 41400 + 12000.87 = 53400.87; × 12 % = 6408.1044
    const bases = [...Array.from({ length: 12 }, () => fen(345_000)), fen(400_029), fen(400_029), fen(400_029)];
    const trace = pooledTransfer(book, '420500', '2026-11', bases);
    expect(trace.resultText).toBe('6,408.10');
    expect(trace.steps.find((step) => step.kind === 'rate')?.source?.status).toBe('unverified');
  });

  it('rounds the sum, not each month: 3 × 0.12 × 0.29 is 0.10, not 3 × 0.03', () => {
    // 0.29 × 12 % = 0.0348; three times 0.1044.
    expect(pooledTransfer(book, '100000', '2026-11', [fen(29), fen(29), fen(29)]).result).toBe(10);
  });

  it('takes the rate given', () => {
    expect(
      pooledTransfer(withGiven(book, { 'transfer.pooledRate': 200_000 }), '100000', '2026-11', [fen(100_00)]).result,
    ).toBe(2000);
  });
});
