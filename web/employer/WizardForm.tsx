import { useEffect, useRef } from 'react';
import type { Section } from '../../src/items/contract.ts';
import { ErrorPanel, ProblemList } from '../ui/ErrorPanel.tsx';
import { Money } from '../ui/Money.tsx';
import { FormField } from './FormField.tsx';
import { linkOf } from './links.tsx';
import { RowsEditor } from './RowsEditor.tsx';
import { Sections } from './Sections.tsx';
import { type Workbook, WorkbookPanel } from './WorkbookPanel.tsx';
import { beforeSubmit, filled, type ItemView, listOf, listWithLine } from './wizard-item.ts';
import type { FormValues, Wizard } from './wizard-state.ts';

/** Step 2: the declared form, or the workbook; at the side what it would do, recomputed as one types. */
export function WizardForm({
  item,
  wizard,
  change,
  onPreview,
  checking,
  error,
  workbook,
}: {
  readonly item: ItemView;
  readonly wizard: Wizard;
  readonly change: (change: Partial<Wizard>) => void;
  readonly onPreview: (form: FormValues) => void;
  readonly checking: boolean;
  readonly error: unknown;
  readonly workbook: Workbook | undefined;
}) {
  const rows = item.form.rows;
  const list = rows ? listOf(wizard.form, rows.name) : [];
  const preview = wizard.preview;

  const nothingToFill = item.form.fields.length === 0 && !rows;

  // The running effect follows what is typed after a short pause, once the required fields are there.
  const complete =
    item.form.fields.every((field) => !field.required || filled(wizard.form[field.name])) && (!rows || list.length > 0);
  const asked = useRef('');
  useEffect(() => {
    const text = JSON.stringify(wizard.form);
    if (wizard.mode !== 'form' || !complete || asked.current === text) return;
    const timer = setTimeout(
      () => {
        asked.current = text;
        onPreview(wizard.form);
      },
      nothingToFill ? 0 : 500,
    );
    return () => clearTimeout(timer);
  }, [wizard.form, wizard.mode, complete, onPreview, nothingToFill]);

  const setForm = (form: FormValues) => change({ form, dirty: true });
  const fieldProblems = (name: string) => (preview?.problems ?? []).filter((problem) => problem.field === name);
  const placed = new Set(item.form.fields.map((field) => field.name));
  const free = (preview?.problems ?? []).filter((problem) => !problem.field || !placed.has(problem.field));
  const sections: readonly Section[] =
    wizard.mode === 'workbook' ? (workbook?.sections ?? []) : (preview?.sections ?? []);

  return (
    <div className="grid-wizard">
      <div className="stack">
        {rows && item.workbook ? (
          <div className="segment" style={{ width: 'fit-content' }}>
            <button type="button" aria-pressed={wizard.mode === 'form'} onClick={() => change({ mode: 'form' })}>
              单个添加
            </button>
            <button
              type="button"
              aria-pressed={wizard.mode === 'workbook'}
              onClick={() => change({ mode: 'workbook' })}
            >
              批量导入
            </button>
          </div>
        ) : null}
        {wizard.mode === 'workbook' && rows ? (
          <WorkbookPanel
            code={item.code}
            rows={rows}
            workbookId={wizard.workbookId}
            onWorkbook={(workbookId) => change({ workbookId, edits: {} })}
            edits={wizard.edits}
            onEdits={(edits) => change({ edits })}
          />
        ) : (
          <>
            <ErrorPanel error={error} linkOf={linkOf} />
            <ProblemList problems={free} linkOf={linkOf} />
            {nothingToFill ? (
              <>
                {free.length > 0 ? null : (
                  <section className="card" aria-label="表单">
                    <p>这一项没有要填的。{preview ? '核对下面的内容，再点“下一步”。' : '正在算…'}</p>
                  </section>
                )}
                <Sections sections={sections.filter((section) => section.type === 'table')} />
              </>
            ) : null}
            {item.form.fields.length > 0 ? (
              <section className="card" aria-label="表单">
                <div className="form-grid">
                  {item.form.fields.map((field) => (
                    <FormField
                      key={field.name}
                      field={field}
                      value={wizard.form[field.name]}
                      known={same(item.initial[field.name], wizard.form[field.name])}
                      problems={fieldProblems(field.name)}
                      onChange={(value) => setForm({ ...wizard.form, [field.name]: value })}
                    />
                  ))}
                </div>
              </section>
            ) : null}
            {rows ? (
              <RowsEditor
                rows={rows}
                list={list}
                line={wizard.line}
                verdicts={wizard.verdicts}
                busy={checking}
                onLine={(line) => change({ line, dirty: true })}
                editing={wizard.editing}
                onAdd={() => {
                  const form = { ...wizard.form, [rows.name]: listWithLine(list, wizard.line, wizard.editing) };
                  change({ form, line: {}, editing: undefined, dirty: true });
                  asked.current = JSON.stringify(form);
                  onPreview(form);
                }}
                onRemove={(index) =>
                  change({
                    form: { ...wizard.form, [rows.name]: list.filter((_, i) => i !== index) },
                    editing:
                      wizard.editing !== undefined && index < wizard.editing ? wizard.editing - 1 : wizard.editing,
                    dirty: true,
                  })
                }
                onEdit={(editing) => change({ line: list[editing] ?? {}, editing, dirty: true })}
                onGiveUp={() => change({ line: {}, editing: undefined })}
              />
            ) : null}
          </>
        )}
      </div>
      <aside className="stack" aria-label="会怎样" aria-live="polite">
        {preview?.headline?.fen !== undefined &&
        wizard.mode === 'form' &&
        !sections.some((section) => section.type === 'amounts') ? (
          <section className="card">
            <h2>{preview.headline.label}</h2>
            <Money fen={preview.headline.fen} size={24} />
          </section>
        ) : null}
        <Sections
          narrow
          sections={sections.filter((section) => section.type === 'amounts' || section.type === 'facts')}
        />
        {wizard.mode === 'form'
          ? preview?.notices.filter(beforeSubmit).map((notice) => (
              <div className="aside-note amber-note" key={notice.text}>
                {notice.text}
              </div>
            ))
          : null}
        {nothingToFill ? null : (
          <div className="aside-note amber-note">
            <b>提交后才生效。</b>
            {wizard.mode === 'form' ? '“保存”只存草稿，什么也没有办。' : null}
          </div>
        )}
      </aside>
    </div>
  );
}

function same(known: unknown, value: unknown): boolean {
  return known !== undefined && JSON.stringify(known) === JSON.stringify(value);
}
