import { describe, expect, it } from 'vitest';
import { createBook } from '../book.ts';
import { benefitPlace } from './benefit-place.ts';

const [YICHANG, WUHAN, TAIYUAN, JINAN] = ['420500', '420100', '140100', '370100'];

function place(household: string, ...stays: [string, number][]): string {
  const list = stays.map(([at, months]) => ({ place: at, months }));
  return benefitPlace(createBook(), '100000', '2026-11', household, list).result;
}

describe('待遇领取地', () => {
  it('is the household where it was last insured, however short', () => {
    expect(place(YICHANG, [WUHAN, 200], [YICHANG, 3])).toBe(YICHANG);
  });

  it('is the last place with ten years', () => {
    expect(place(YICHANG, [TAIYUAN, 150], [WUHAN, 120])).toBe(WUHAN);
    expect(place(YICHANG, [TAIYUAN, 150], [JINAN, 130], [WUHAN, 119])).toBe(JINAN);
  });

  it('adds several stays in one place, which then counts as late as the last of them', () => {
    expect(place(YICHANG, [WUHAN, 60], [TAIYUAN, 130], [WUHAN, 60])).toBe(WUHAN);
  });

  it('is the household when no place has ten years', () => {
    expect(place(YICHANG, [TAIYUAN, 119], [WUHAN, 119])).toBe(YICHANG);
  });
});
