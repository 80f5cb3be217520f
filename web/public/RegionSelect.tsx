import type { SelectHTMLAttributes } from 'react';
import { findRegion, type PolicyBook, type PolicyKey, REGIONS, type Region } from '../../src/rules/index.ts';

type Props = Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange'> & {
  readonly book: PolicyBook;
  /** Regions that hold this parameter neither themselves nor by inheritance say so. */
  readonly needs: PolicyKey | undefined;
  readonly value: string;
  readonly onChange: (code: string) => void;
};

/** 统筹区 as people say them: 湖北 · 宜昌市. Tiers of base limits are no places. */
const PLACES: readonly Region[] = REGIONS.filter(({ code }) => !code.includes('.'));

/** One order everywhere: 全国, then province by province, each before its cities. */
const PROVINCES = Map.groupBy(
  PLACES.toSorted((a, b) => (a.code < b.code ? -1 : 1)),
  ({ code }) => code.slice(0, 2),
);

export function RegionSelect({ book, needs, value, onChange, ...rest }: Props) {
  const option = ({ code }: Region) => (
    <option key={code} value={code}>
      {regionWords(code)}
      {needs && !holds(book, code, needs) ? '（资料还缺）' : ''}
    </option>
  );
  return (
    <select {...rest} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
      {[...PROVINCES].map(([province, places]) =>
        places.length === 1 ? (
          places.map(option)
        ) : (
          <optgroup key={province} label={findRegion(`${province}0000`)?.name ?? ''}>
            {places.map(option)}
          </optgroup>
        ),
      )}
    </select>
  );
}

function holds(book: PolicyBook, region: string, key: PolicyKey): boolean {
  for (let code: string | null = region; code !== null; code = findRegion(code)?.parent ?? null) {
    if (book.entries.has(`${code} ${key}`)) return true;
  }
  return false;
}

/** 湖北 · 宜昌市 */
export function regionWords(code: string): string {
  const region = findRegion(code);
  if (!region) return code;
  const province = region.code.slice(0, 2) === '10' ? undefined : findRegion(`${region.code.slice(0, 2)}0000`);
  if (!province || province.code === region.code) return region.name;
  return `${province.name.replace(/(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$/, '')} · ${region.name}`;
}
