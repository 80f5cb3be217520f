/** 城乡居民养老: 湖北's published extra, 武汉's and 金湖's basic pensions, minima marked as minima. */
import { describe, expect, it } from 'vitest';
import { fen } from '../../kernel/fen.ts';
import { createBook } from '../book.ts';
import { residentPension, residentYearExtra } from './resident.ts';

const book = createBook();

describe('缴费年限养老金', () => {
  /** 1 yuan a year to 15, 2 to 25, 3 beyond; 15 and 20 as published. */
  it.each([
    [0, 0],
    [15, 15],
    [16, 17],
    [20, 25],
    [25, 35],
    [30, 50],
  ])('%i years: %i yuan', (years, yuan) => {
    expect(residentYearExtra(book, '420500', '2026-01-01', years).result).toBe(yuan * 100);
  });

  it('is missing outside 湖北', () => {
    expect(() => residentYearExtra(book, '320000', '2026-01-01', 20)).toThrow('缺政策参数：居民缴费年限养老金');
  });
});

describe('每月养老金', () => {
  it('武汉: 367 + 13900 ÷ 139 + 25 = 492', () => {
    expect(residentPension(book, '420100', '2025-10-01', 20, fen(1_390_000)).result).toEqual({
      basicFen: 36_700,
      basicIsMinimum: false,
      accountFen: 10_000,
      extraFen: 2_500,
      extraKnown: true,
      totalFen: 49_200,
      meetsMinYears: true,
    });
  });

  it('says when only a minimum is known: 宜昌 180 of the province, 山西 143 of the nation', () => {
    expect(residentPension(book, '420500', '2025-10-01', 15, fen(0)).result).toMatchObject({
      basicFen: 18_000,
      basicIsMinimum: true,
      totalFen: 19_500,
    });
    expect(residentPension(book, '140000', '2025-10-01', 14, fen(0)).result).toMatchObject({
      basicFen: 14_300,
      basicIsMinimum: true,
      meetsMinYears: false,
    });
  });

  it('uses 金湖 218 only for the month it was reported', () => {
    const basic = (on: string) => {
      const { basicFen, basicIsMinimum } = residentPension(book, '320831', on, 15, fen(0)).result;
      return [basicFen, basicIsMinimum];
    };
    expect(basic('2024-07-15')).toEqual([21_800, false]);
    expect(basic('2024-08-01')).toEqual([12_300, true]);
  });
});
