import { CheckOutlined } from '@ant-design/icons';

/** 三步向导 (HB-GEN-03): a step that was done can be gone back to. */
export function Steps({
  names,
  current,
  onBack,
}: {
  readonly names: readonly string[];
  readonly current: number;
  readonly onBack?: (step: number) => void;
}) {
  return (
    <ol className="steps" aria-label="步骤">
      {names.map((name, index) => {
        const state = index < current ? 'done' : index === current ? 'current' : 'future';
        return (
          <li key={name} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
            <i aria-hidden="true">{state === 'done' ? <CheckOutlined /> : index + 1}</i>
            {state === 'done' && onBack ? (
              <button type="button" aria-label={`回到${name}`} onClick={() => onBack(index)}>
                <span>{name}</span>
              </button>
            ) : (
              <span>{name}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
