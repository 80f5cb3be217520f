import { useQuery } from '@tanstack/react-query';
import { type InputHTMLAttributes, useId, useState } from 'react';
import { billsEndpoint } from '../../src/collection/contract.ts';
import { peopleEndpoint } from '../../src/enrolment/contract.ts';
import type { Field } from '../../src/items/contract.ts';
import type { Problem } from '../../src/kernel/errors.ts';
import { formatYuanGrouped } from '../../src/kernel/fen.ts';
import { INSURANCE_NAMES, INSURANCES } from '../../src/kernel/insurance.ts';
import { call } from '../ui/call.ts';
import { DateInput } from '../ui/DateInput.tsx';
import { ProblemList } from '../ui/ErrorPanel.tsx';
import { FileButton } from '../ui/FileButton.tsx';
import { Origin } from '../ui/StatusTag.tsx';
import { linkOf } from './links.tsx';

type Props = {
  readonly field: Field;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly problems?: readonly Problem[];
  /** Required, and left empty when the form was to go on. */
  readonly missing?: boolean;
  /** The value came from the agency's data. */
  readonly known?: boolean;
};

const asText = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const asList = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** One field of the item's declared form. Values stay as typed; the server checks and converts. */
export function FormField(props: Props) {
  const { field, problems = [], missing = false } = props;
  const id = useId();
  const help = field.help ? `${id}-help` : undefined;
  const wrong = problems.length > 0 ? `${id}-wrong` : undefined;
  const empty = missing && problems.length === 0 ? `${id}-empty` : undefined;
  const described = [help, empty, wrong].filter(Boolean).join(' ') || undefined;
  const group =
    ['insurances', 'files'].includes(field.type) || (field.type === 'months' && field.options !== undefined);
  const label = (
    <>
      {field.label}
      {field.required ? (
        <span className="must" aria-hidden="true">
          *
        </span>
      ) : null}{' '}
      {props.known && asText(props.value) !== '' ? <Origin>库内</Origin> : null}
    </>
  );
  return (
    <div className={group || field.type === 'person' ? 'field wide' : 'field'}>
      {group ? (
        <span className="label" id={`${id}-label`}>
          {label}
        </span>
      ) : (
        <label htmlFor={id}>{label}</label>
      )}
      <Control {...props} id={id} described={described} invalid={missing || problems.length > 0} />
      {empty ? (
        <span className="red" id={empty}>
          请{field.type === 'select' ? '选择' : '填写'}
          {field.label}
        </span>
      ) : null}
      {field.help ? (
        <span className="hint" id={help}>
          {field.help}
        </span>
      ) : null}
      {problems.length > 0 ? (
        <div id={wrong}>
          <ProblemList problems={problems} linkOf={linkOf} />
        </div>
      ) : null}
    </div>
  );
}

type ControlProps = Props & { readonly id: string; readonly described: string | undefined; readonly invalid: boolean };

function Control(props: ControlProps) {
  const { field, value, onChange, id } = props;
  const shared = {
    id,
    className: 'input',
    'aria-describedby': props.described,
    'aria-invalid': props.invalid || undefined,
    'aria-required': field.required || undefined,
  } as const;
  switch (field.type) {
    case 'readonly':
      return <input {...shared} readOnly value={asText(value)} />;
    case 'select':
      return (
        <select {...shared} value={asText(value)} onChange={(event) => onChange(event.target.value)}>
          <option value="">{field.options?.length ? '请选择' : '没有可选的'}</option>
          {field.options?.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      );
    case 'insurances':
      return (
        <Checks
          id={id}
          options={field.options ?? INSURANCES.map((one) => ({ value: one, label: INSURANCE_NAMES[one] }))}
          value={asList(value)}
          onChange={onChange}
        />
      );
    case 'months':
      return field.options ? (
        <Checks id={id} options={field.options} value={asList(value)} onChange={onChange} />
      ) : (
        <MonthsInput {...shared} value={asList(value)} onChange={onChange} />
      );
    case 'person':
      return <PersonPicker {...props} />;
    case 'bill':
      return <BillPicker {...props} />;
    case 'files':
      return <Files id={id} label={`上传${field.label}`} value={value} onChange={onChange} />;
    case 'date':
    case 'month':
      return <DateInput {...shared} kind={field.type} value={asText(value)} onChange={onChange} />;
    default:
      return (
        <input
          {...shared}
          type={field.type === 'phone' ? 'tel' : 'text'}
          inputMode={field.type === 'money' ? 'decimal' : undefined}
          placeholder={field.placeholder}
          value={asText(value)}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

function Checks({
  id,
  options,
  value,
  onChange,
}: {
  readonly id: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: readonly string[];
  readonly onChange: (value: unknown) => void;
}) {
  return (
    <fieldset
      className="row"
      style={{ gap: '0 18px', border: 0, margin: 0, padding: 0 }}
      aria-labelledby={`${id}-label`}
    >
      {options.map((option) => (
        <label className="check" key={option.value}>
          <input
            type="checkbox"
            checked={value.includes(option.value)}
            onChange={(event) =>
              onChange(event.target.checked ? [...value, option.value] : value.filter((one) => one !== option.value))
            }
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

const monthsIn = (text: string): readonly string[] => text.split(/[、,，;；\s]+/).filter(Boolean);

/** Several months as text; the list follows what stands there, the text stays as typed until the list comes from elsewhere. */
function MonthsInput({
  value,
  onChange,
  ...shared
}: {
  readonly value: readonly string[];
  readonly onChange: (value: unknown) => void;
} & Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange'>) {
  const [typed, setTyped] = useState('');
  const text = monthsIn(typed).join() === value.join() ? typed : value.join('、');
  return (
    <input
      {...shared}
      placeholder="2023-01、2023-02"
      value={text}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(monthsIn(event.target.value));
      }}
    />
  );
}

/** Somebody enrolled here: typed part of the name, id number or personal number; chosen from a short list. */
function PersonPicker({ value, onChange, id, described, invalid }: ControlProps) {
  const [text, setText] = useState('');
  const chosen = asText(value);
  const found = useQuery({
    queryKey: ['pick-person', text || chosen],
    queryFn: () => call(peopleEndpoint, { body: { q: text || chosen, size: 8 } }),
    enabled: text.length > 0 || chosen.length > 0,
    placeholderData: (previous) => previous,
  });
  const person = found.data?.rows.find((row) => row.personNo === chosen);
  return (
    <div>
      <input
        id={id}
        className="input"
        role="combobox"
        aria-expanded={text.length > 0}
        aria-controls={`${id}-list`}
        aria-describedby={described}
        aria-invalid={invalid || undefined}
        placeholder={chosen ? '换一个人：姓名、证件号码或个人编号' : '姓名、证件号码或个人编号'}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const only = found.data?.rows[0];
          if (event.key === 'Enter' && text && only) {
            event.preventDefault();
            onChange(only.personNo);
            setText('');
          }
        }}
      />
      <div id={`${id}-list`} role="listbox" aria-label="找到的人员">
        {text
          ? (found.data?.rows ?? []).map((row) => (
              <button
                type="button"
                role="option"
                aria-selected={row.personNo === chosen}
                key={row.personNo}
                className="side-item"
                onClick={() => {
                  onChange(row.personNo);
                  setText('');
                }}
              >
                <b>{row.name}</b> {row.idNoMasked} {row.personNo} {row.stateName}
              </button>
            ))
          : null}
        {text && found.data?.rows.length === 0 ? <div className="note">本单位没有查到“{text}”</div> : null}
      </div>
      {chosen && !text ? (
        <div className="note">
          已选：<b>{person?.name ?? ''}</b> {person?.idNoMasked} 个人编号 {chosen}
        </div>
      ) : null}
    </div>
  );
}

function BillPicker({ value, onChange, id, described, invalid }: ControlProps) {
  const bills = useQuery({ queryKey: ['bills', 'pick'], queryFn: () => call(billsEndpoint, { query: { size: 50 } }) });
  return (
    <select
      id={id}
      className="input"
      aria-describedby={described}
      aria-invalid={invalid || undefined}
      value={asText(value)}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{bills.data?.rows.length === 0 ? '没有单据' : '请选择单据'}</option>
      {bills.data?.rows.map((bill) => (
        <option key={bill.billNo} value={bill.billNo}>
          {bill.billNo}　{formatYuanGrouped(bill.totalFen)} 元　{bill.stateName}
        </option>
      ))}
    </select>
  );
}

type Attached = { readonly name: string; readonly type: string; readonly base64: string };
const MOST_BYTES = 5_000_000;

/** Materials (HB-GEN-04) travel with the form. */
function Files({
  id,
  label,
  value,
  onChange,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const [tooLarge, setTooLarge] = useState('');
  const files = Array.isArray(value) ? (value as readonly Attached[]) : [];
  const add = async (list: readonly File[]) => {
    const added: Attached[] = [];
    for (const file of list) {
      if (file.size > MOST_BYTES) {
        setTooLarge(`${file.name} 超过 5 MB，请压缩后再传`);
        continue;
      }
      added.push({ name: file.name, type: file.type, base64: await base64Of(file) });
    }
    onChange([...files, ...added]);
  };
  return (
    <div className="row">
      <FileButton id={id} label={label} multiple accept=".pdf,.jpg,.jpeg,.png" onFiles={add} />
      {files.map((file) => (
        <span className="row" key={file.name} style={{ gap: 4 }}>
          {file.name}
          <button
            type="button"
            className="link"
            onClick={() => onChange(files.filter((one) => one !== file))}
            aria-label={`去掉 ${file.name}`}
          >
            去掉
          </button>
        </span>
      ))}
      {tooLarge ? <span className="red">{tooLarge}</span> : null}
    </div>
  );
}

async function base64Of(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(',') + 1);
}
