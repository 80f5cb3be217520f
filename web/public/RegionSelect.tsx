import type { SelectHTMLAttributes } from 'react';
import { findRegion, type PolicyBook, type PolicyKey, REGIONS, type Region } from '../../src/rules/index.ts';

type Props = Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange'> & {
  readonly book: PolicyBook;
  /** Regions that hold this parameter, themselves or by inheritance, stand first. */
  readonly needs: PolicyKey | undefined;
  readonly value: string;
  readonly onChange: (code: string) => void;
};

/** 统筹区 as people say them: 湖北 · 宜昌市. Tiers of base limits are no places. */
const PLACES: readonly Region[] = REGIONS.filter(({ code }) => !code.includes('.'));

export function RegionSelect({ book, needs, value, onChange, ...rest }: Props) {
  const full = needs ? PLACES.filter(({ code }) => holds(book, code, needs)) : PLACES;
  const others = PLACES.filter((place) => !full.includes(place));
  const options = (places: readonly Region[]) =>
    places.map(({ code }) => (
      <option key={code} value={code}>
        {regionWords(code)}
      </option>
    ));
  return (
    <select {...rest} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
      {others.length === 0 ? (
        options(full)
      ) : (
        <>
          <optgroup label="有这项参数的地区">{options(full)}</optgroup>
          <optgroup label="资料还缺的地区">{options(others)}</optgroup>
        </>
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
