import { CalendarOutlined } from '@ant-design/icons';
import { type InputHTMLAttributes, useRef } from 'react';

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange' | 'type'> & {
  readonly kind?: 'date' | 'month';
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** A date is typed as 2023-04-03 (as it stands in tables and workbooks) or picked from the browser's own calendar. */
export function DateInput({ kind = 'date', value, onChange, className, ...rest }: Props) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <span className="date-box">
      <input
        {...rest}
        className={className ?? 'input'}
        inputMode="numeric"
        autoComplete="off"
        placeholder={kind === 'date' ? '如 2023-04-03' : '如 2023-04'}
        maxLength={kind === 'date' ? 10 : 7}
        value={value}
        onChange={(event) => onChange(event.target.value.trim())}
      />
      <button
        type="button"
        className="icon-btn"
        tabIndex={-1}
        aria-label="打开日历"
        onClick={() => picker.current?.showPicker()}
      >
        <CalendarOutlined aria-hidden="true" />
      </button>
      <input
        ref={picker}
        type={kind}
        tabIndex={-1}
        aria-hidden="true"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}
