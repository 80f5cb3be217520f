/**
 * What a policy parameter is: its Chinese name (traces, POL-001) and how its value is written.
 * Units: `fen`, `ppm` (16 % = 160000), `months`, `tenths` (a tenth of a month), `years`, `days`, `count` are integers; `text` names a rule, a day or a time.
 * Shapes: absent = one value; `byKey` = one value per grade, age or year; `brackets` = one value per range.
 */
export type KeyUnit = 'fen' | 'ppm' | 'months' | 'tenths' | 'years' | 'days' | 'count' | 'text';

export type KeySpec = {
  readonly name: string;
  readonly unit: KeyUnit;
  readonly shape?: 'byKey' | 'brackets';
};

export type KeySpecs = Readonly<Record<string, KeySpec>>;
