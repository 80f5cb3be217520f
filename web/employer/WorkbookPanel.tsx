import { DownloadOutlined, FileExcelOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { z } from 'zod';
import {
  dropWorkbookEndpoint,
  type Field,
  type FormDeclaration,
  openWorkbooksEndpoint,
  type RowResult,
  templateEndpoint,
  workbookCheckEndpoint,
  workbookEndpoint,
  workbookErrorsEndpoint,
  type workbookSchema,
  workbookUploadEndpoint,
} from '../../src/items/contract.ts';
import { Chips } from '../ui/Chips.tsx';
import { address, call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { momentText } from '../ui/format.ts';
import { Money } from '../ui/Money.tsx';
import { queryClient } from '../ui/Root.tsx';
import { Empty, Skeleton } from '../ui/States.tsx';
import { StatusTag } from '../ui/StatusTag.tsx';
import { DropButton } from './DropButton.tsx';
import { linkOf } from './links.tsx';
import { BaseCell, cellOf, monthsText, ROW_STATE, RowReason, rowClass, shownFields } from './RowsEditor.tsx';
import { fieldKey } from './wizard-item.ts';

export type Workbook = z.output<typeof workbookSchema>;
type Rows = NonNullable<FormDeclaration['rows']>;

export function useWorkbook(workbookId: string | undefined) {
  return useQuery({
    queryKey: ['workbook', workbookId],
    queryFn: () => call(workbookEndpoint, { params: { workbookId: workbookId ?? '' } }),
    enabled: Boolean(workbookId),
  });
}

/** What was uploaded before and not submitted: nobody has to fill it in again. */
function OpenWorkbooks({
  code,
  onWorkbook,
}: {
  readonly code: string;
  readonly onWorkbook: (workbookId: string) => void;
}) {
  const open = useQuery({
    queryKey: ['open-workbooks', code],
    queryFn: () => call(openWorkbooksEndpoint, { params: { code } }),
  });
  if (!open.data?.length) return null;
  return (
    <section aria-label="以前上传的" style={{ marginTop: 16 }}>
      <h2>以前上传、还没有提交的</h2>
      <ul className="stack" style={{ gap: 6, marginTop: 6 }}>
        {open.data.map((one) => (
          <li key={one.workbookId} className="row" style={{ gap: '2px 12px' }}>
            <span>
              {one.fileName}，{one.persons.toLocaleString('zh-CN')} 人
            </span>
            <span className="note">
              {momentText(one.uploadedAt)} 上传，保存到 {one.keptUntil.slice(0, 10)}
            </span>
            <button type="button" className="link in-text" onClick={() => onWorkbook(one.workbookId)}>
              接着办
            </button>
            <DropButton
              what={`文件 ${one.fileName}`}
              facts={[`${one.persons.toLocaleString('zh-CN')} 人，${momentText(one.uploadedAt)} 保存`]}
              drop={() => call(dropWorkbookEndpoint, { params: { workbookId: one.workbookId } })}
              list={['open-workbooks', code]}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** 导盘 (HB-XLS, D-IMP): template → upload → 【校验】 → failing rows first, mended in place; what passes can go alone. */
export function WorkbookPanel({
  code,
  rows,
  workbookId,
  onWorkbook,
  edits,
  onEdits,
}: {
  readonly code: string;
  readonly rows: Rows;
  readonly workbookId: string | undefined;
  readonly onWorkbook: (workbookId: string | undefined) => void;
  readonly edits: Readonly<Record<string, string>>;
  readonly onEdits: (edits: Readonly<Record<string, string>>) => void;
}) {
  const workbook = useWorkbook(workbookId);
  const picker = useRef<HTMLInputElement>(null);
  const keep = (answer: Workbook) => {
    queryClient.invalidateQueries({ queryKey: ['open-workbooks', code] });
    queryClient.setQueryData(['workbook', answer.workbookId], answer);
    onWorkbook(answer.workbookId);
  };
  const upload = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.append('file', file);
      return call(workbookUploadEndpoint, { params: { code }, form });
    },
    onSuccess: keep,
  });
  const check = useMutation({
    mutationFn: (id: string) =>
      call(workbookCheckEndpoint, {
        params: { workbookId: id },
        body: {
          edits: Object.entries(edits).map(([key, value]) => {
            const [row = '0', name = ''] = key.split('/');
            return { row: Number(row), key: name, value };
          }),
        },
      }),
    onSuccess: keep,
  });
  // Another tab, or a result page of before, may have submitted it.
  const submitted = workbookId !== undefined && workbook.data?.submitted === true;
  const data = workbookId && !submitted ? workbook.data : undefined;
  const edited = Object.keys(edits).length;
  const choose = (
    <input
      ref={picker}
      type="file"
      accept=".xlsx"
      className="visually-hidden"
      aria-label="选择导盘文件"
      tabIndex={-1}
      onChange={(event) => {
        const file = event.target.files?.[0];
        if (file) upload.mutate(file);
        event.target.value = '';
      }}
    />
  );

  if (!data) {
    return (
      <section className="card" aria-label="导盘文件">
        {choose}
        {submitted ? (
          <p className="aside-note amber-note" style={{ marginBottom: 12 }}>
            这份文件已经提交过。没有通过的行另存在下面，点“接着办”；都通过了就不用再办。
          </p>
        ) : null}
        <ol className="stack" style={{ gap: 12 }}>
          <li>
            <h2>1　下载模板</h2>
            <p className="note">模板要从这里下载，不要自己画表，也不要改表头。日期栏是文本格式，写成 2023-04-03。</p>
            <a className="btn" style={{ marginTop: 6 }} href={address(templateEndpoint, { params: { code } })} download>
              <DownloadOutlined aria-hidden="true" /> 下载模板
            </a>
          </li>
          <li>
            <h2>2　填好后上传</h2>
            <p className="note">一次最多 {rows.max.toLocaleString('zh-CN')} 人。上传后还要点【校验】。</p>
            <button
              type="button"
              className="btn primary"
              style={{ marginTop: 6 }}
              disabled={upload.isPending}
              onClick={() => picker.current?.click()}
            >
              {upload.isPending ? '正在上传…' : '上传文件'}
            </button>
          </li>
        </ol>
        <OpenWorkbooks code={code} onWorkbook={onWorkbook} />
        {workbookId && workbook.isPending ? <Skeleton /> : null}
        <div style={{ marginTop: 12 }}>
          <ErrorPanel error={upload.error ?? workbook.error} linkOf={linkOf} />
        </div>
      </section>
    );
  }
  return (
    <section className="table-box" aria-label="导盘文件">
      {choose}
      <div className="row between" style={{ padding: '10px 14px', borderBottom: '1px solid var(--line)' }}>
        <div className="row">
          <FileExcelOutlined style={{ fontSize: 20, color: 'var(--done)' }} aria-hidden="true" />
          <b>{data.fileName}</b>
          <span className="note">
            {data.counts.all} 行 · {momentText(data.uploadedAt)} 上传
          </span>
        </div>
        <div className="row">
          <button
            type="button"
            className="btn small"
            onClick={() => picker.current?.click()}
            disabled={upload.isPending}
          >
            换文件
          </button>
          {data.checked && data.counts.bad > 0 ? (
            <a
              className="btn small"
              href={address(workbookErrorsEndpoint, { params: { workbookId: data.workbookId } })}
              download
            >
              <DownloadOutlined aria-hidden="true" /> 错误报告
            </a>
          ) : null}
          <button
            type="button"
            className={data.checked && edited === 0 ? 'btn small' : 'btn small primary'}
            disabled={check.isPending}
            onClick={() => check.mutate(data.workbookId)}
          >
            {check.isPending
              ? '正在校验…'
              : data.checked
                ? edited > 0
                  ? `重新校验（改了 ${edited} 格）`
                  : '重新校验'
                : '校验'}
          </button>
        </div>
      </div>
      <div style={{ padding: check.error || upload.error ? 12 : 0 }}>
        <ErrorPanel error={check.error ?? upload.error} linkOf={linkOf} />
      </div>
      {data.checked ? (
        <Checked
          key={data.workbookId}
          fields={rows.fields}
          data={data}
          edits={edits}
          onEdit={(row, key, value) => onEdits({ ...edits, [`${row}/${key}`]: value })}
        />
      ) : (
        <Empty title="还没有校验">点【校验】后逐行给出结果；没有校验不能提交。</Empty>
      )}
    </section>
  );
}

type Filter = 'all' | RowResult['state'];

function Checked({
  fields,
  data,
  edits,
  onEdit,
}: {
  readonly fields: readonly Field[];
  readonly data: Workbook;
  readonly edits: Readonly<Record<string, string>>;
  readonly onEdit: (row: number, key: string, value: string) => void;
}) {
  const [filter, setFilter] = useState<Filter>('all');
  const [most, setMost] = useState(100);
  const rows = filter === 'all' ? data.rows : data.rows.filter((row) => row.state === filter);
  const shown = shownFields(fields, data.rows);
  return (
    <>
      <div className="row between" style={{ padding: '8px 14px' }}>
        <div aria-live="polite">
          <Chips<Filter>
            label="结果"
            options={[
              ['all', '全部', data.counts.all],
              ['bad', '不通过', data.counts.bad],
              ['notice', '请留意', data.counts.notice],
              ['ok', '通过', data.counts.ok],
            ]}
            value={filter}
            onChange={setFilter}
          />
        </div>
        <span className="note">不通过的排在最前</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll" aria-label="校验结果" tabIndex={0}>
        <table className="table tight amounts">
          <thead>
            <tr>
              <th scope="col">行</th>
              <th scope="col">结果</th>
              {shown.map((field) => (
                <th scope="col" key={field.name} className={field.type === 'money' ? 'num' : undefined}>
                  {field.label}
                </th>
              ))}
              <th scope="col" className="num">
                缴费基数
              </th>
              <th scope="col">补收月</th>
              <th scope="col" className="num">
                补收金额
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, most).map((row) => [
              <tr key={row.row} className={rowClass(row)}>
                <td>{row.row}</td>
                <td>
                  <StatusTag tone={ROW_STATE[row.state].tone}>{ROW_STATE[row.state].name}</StatusTag>
                </td>
                {shown.map((field) => (
                  <td key={field.name} className={field.type === 'money' ? 'num' : undefined}>
                    <Cell field={field} row={row} edited={edits[`${row.row}/${field.name}`]} onEdit={onEdit} />
                  </td>
                ))}
                <td className="num">
                  <BaseCell result={row} />
                </td>
                <td>{monthsText(row.backMonths)}</td>
                <td className="num">{row.backFen ? <Money fen={row.backFen} plain /> : null}</td>
              </tr>,
              <RowReason
                key={`${row.row}-why`}
                result={row}
                columns={shown.length + 4}
                onSuggestion={(key, value) => onEdit(row.row, key, value)}
              />,
            ])}
          </tbody>
        </table>
        {rows.length === 0 ? <Empty title="没有这样的行" /> : null}
      </section>
      {rows.length > most ? (
        <div style={{ padding: 10, textAlign: 'center' }}>
          <button type="button" className="link in-text" onClick={() => setMost(most + 400)}>
            再看 400 行（还有 {rows.length - most} 行）
          </button>
        </div>
      ) : null}
    </>
  );
}

/** The wrong cell becomes an input in place; identity numbers are never guessed. */
function Cell({
  field,
  row,
  edited,
  onEdit,
}: {
  readonly field: Field;
  readonly row: RowResult;
  readonly edited: string | undefined;
  readonly onEdit: (row: number, key: string, value: string) => void;
}) {
  const wrong = row.problems.some((problem) => problem.field !== undefined && fieldKey(problem.field) === field.name);
  const text = row.values[field.name] ?? '';
  if (!wrong) return cellOf(field, text, row);
  if (field.options) {
    return (
      <select
        className="input low"
        aria-label={`第 ${row.row} 行 ${field.label}`}
        aria-invalid={edited === undefined}
        value={edited ?? text}
        onChange={(event) => onEdit(row.row, field.name, event.target.value)}
      >
        <option value="">请选择</option>
        {field.options.map(({ label }) => (
          <option key={label} value={label}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      className="input low"
      style={{ minWidth: field.type === 'idNo' ? 162 : 92 }}
      aria-label={`第 ${row.row} 行 ${field.label}`}
      aria-invalid={edited === undefined}
      value={edited ?? text}
      onChange={(event) => onEdit(row.row, field.name, event.target.value)}
    />
  );
}
