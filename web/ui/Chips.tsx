/** The quick filter of a list: one value of several, each with how many rows it has. */
export function Chips<Value extends string | undefined>({
  label,
  options,
  value,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly (readonly [value: Value, name: string, count?: number | undefined])[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings its own frame and does not flow
    <div className="chips" role="group" aria-label={label}>
      {options.map(([one, name, count]) => (
        <button type="button" className="chip" key={name} aria-pressed={one === value} onClick={() => onChange(one)}>
          {name} {count}
        </button>
      ))}
    </div>
  );
}
