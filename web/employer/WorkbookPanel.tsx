import { DownloadOutlined, FileExcelOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { z } from 'zod';
import {
  dropWorkbookEndpoint,
  type FormDeclaration,
  openWorkbooksEndpoint,
  templateEndpoint,
  workbookCheckEndpoint,
  workbookEndpoint,
  workbookErrorsEndpoint,
  type workbookSchema,
  workbookUploadEndpoint,
} from '../../src/items/contract.ts';
import { address, call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { momentText } from '../ui/format.ts';
import { queryClient } from '../ui/Root.tsx';
import { Empty, Skeleton } from '../ui/States.tsx';
import { DropButton } from './DropButton.tsx';
import { linkOf } from './links.tsx';
import { WorkbookRows } from './WorkbookRows.tsx';

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
        <WorkbookRows
          key={data.workbookId}
          fields={rows.fields}
          rows={data.rows}
          counts={data.counts}
          edits={edits}
          onEdit={(row, key, value) => onEdits({ ...edits, [`${row}/${key}`]: value })}
        />
      ) : (
        <Empty title="还没有校验">点【校验】后逐行给出结果；没有校验不能提交。</Empty>
      )}
    </section>
  );
}
