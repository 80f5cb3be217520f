import { useMutation, useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { draftsEndpoint, saveDraftEndpoint } from '../../src/casework/contract.ts';
import { itemEndpoint, previewEndpoint, submitEndpoint, workbookSubmitEndpoint } from '../../src/items/contract.ts';
import { ActionBar } from '../ui/ActionBar.tsx';
import { call } from '../ui/call.ts';
import { ErrorPanel, ProblemList } from '../ui/ErrorPanel.tsx';
import { momentText } from '../ui/format.ts';
import { usePrimaryKey } from '../ui/keys.ts';
import { queryClient } from '../ui/Root.tsx';
import { Loaded, Skeleton } from '../ui/States.tsx';
import { Steps } from '../ui/Steps.tsx';
import { useGivenPerson } from './given-person.ts';
import { Go, linkOf } from './links.tsx';
import { useHere, useParam, useSearchState } from './place.ts';
import { useTab } from './tabs.ts';
import { WizardForm } from './WizardForm.tsx';
import { WizardConfirm, WizardGuide, WizardResult } from './WizardSteps.tsx';
import { useWorkbook } from './WorkbookPanel.tsx';
import {
  beforeSubmit,
  failingText,
  formWithLine,
  givenFields,
  type ItemView,
  passingText,
  periodOf,
  prefilled,
  submitLabel,
} from './wizard-item.ts';
import { type FormValues, leaveFinished, restartWizard, useWizard, verdictsOf, type Wizard } from './wizard-state.ts';

const STEPS = ['服务说明', '表单填写', '确认提交'] as const;

/** 三步向导 (HB-GEN-03): 服务说明 → 表单填写 → 确认提交, driven by the item's declaration. */
export function WizardPage() {
  const code = useParam('code');
  const item = useQuery({ queryKey: ['item', code], queryFn: () => call(itemEndpoint, { params: { code } }) });
  return (
    <Loaded
      query={item}
      failed={(error) => <ErrorPanel error={error} linkOf={linkOf} />}
      fallback={<Skeleton lines={8} />}
    >
      {(data) => <WizardOf key={data.code} item={data} />}
    </Loaded>
  );
}

function WizardOf({ item }: { readonly item: ItemView }) {
  const here = useHere();
  useTab(here.pathname, item.name, here.href);
  const [search, setSearch] = useSearchState();
  const [wizard, change] = useWizard(item.code);
  const { message } = App.useApp();
  const [agreed, setAgreed] = useState(false);
  /** 下一步 was pressed and something stands against it. */
  const [refused, setRefused] = useState(false);
  const workbook = useWorkbook(wizard.mode === 'workbook' ? wizard.workbookId : undefined);

  // A fresh wizard takes what is known; one that was only looked at, what a link brings; one with typed values keeps them.
  useEffect(() => {
    if (!wizard.started) return change({ ...prefilled(item, search), started: true });
    if (wizard.step > 1 || wizard.dirty || wizard.draftId) return;
    const form = { ...wizard.form, ...givenFields(item, search) };
    if (JSON.stringify(form) !== JSON.stringify(wizard.form)) change({ form });
  }, [item, search, wizard, change]);

  useGivenPerson(item, wizard, change, search.personNo);

  // 继续草稿: /items/emp.enroll?draft=…
  const draftId = search.draft;
  useEffect(() => {
    if (!draftId || wizard.draftId === draftId) return;
    call(draftsEndpoint).then((drafts) => {
      const draft = drafts.find((one) => one.draftId === draftId);
      if (draft)
        change({
          form: draft.form,
          editing: undefined,
          started: true,
          draftId,
          savedAt: draft.savedAt,
          step: 1,
          mode: 'form',
          dirty: false,
          result: undefined,
        });
      setSearch({ draft: undefined });
    });
  }, [draftId, wizard.draftId, change, setSearch]);

  const preview = useMutation({
    mutationFn: (form: FormValues) =>
      call(previewEndpoint, { params: { code: item.code }, body: { form: { ...form } } }),
    onSuccess: (answer, form) => {
      const asked = item.form.rows ? ((form[item.form.rows.name] ?? []) as readonly FormValues[]) : [];
      change({ preview: answer, verdicts: verdictsOf(asked, answer.rows ?? []) });
    },
    // One after the other: an earlier answer never comes over a later one.
    scope: { id: `preview ${item.code}` },
  });
  const save = useMutation({
    mutationFn: (form: FormValues) =>
      call(saveDraftEndpoint, { body: { draftId: wizard.draftId, itemCode: item.code, form: { ...form } } }),
    onSuccess: (draft, form) => {
      change({ draftId: draft.draftId, savedAt: draft.savedAt, dirty: false, form, line: {}, editing: undefined });
      queryClient.invalidateQueries({ queryKey: ['drafts'] });
      queryClient.invalidateQueries({ queryKey: ['home'] });
      message.success('已存成草稿，还没有提交');
    },
  });
  const submit = useMutation({
    mutationFn: () =>
      wizard.mode === 'workbook'
        ? call(workbookSubmitEndpoint, {
            params: { workbookId: wizard.workbookId ?? '' },
            body: {},
            idempotencyKey: wizard.submitKey,
          })
        : call(submitEndpoint, {
            params: { code: item.code },
            body: { form: { ...wizard.form }, draftId: wizard.draftId },
            idempotencyKey: wizard.submitKey,
          }),
    onSuccess: (result) => {
      change({ result, step: 3, dirty: false });
      queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'workbook' });
    },
    // What the server says stands at the top, the button at the bottom.
    onError: () => window.scrollTo(0, 0),
  });

  const toConfirm = async () => {
    if (wizard.mode === 'workbook') {
      if (workbook.data?.checked) change({ step: 2 });
      return;
    }
    const form = formWithLine(item, wizard);
    change({ form, line: {}, editing: undefined });
    if (await passes(form)) {
      setAgreed(false);
      submit.reset();
      change({ step: 2 });
    } else {
      document.querySelector('.failing, .problem, [aria-invalid="true"]')?.scrollIntoView({ block: 'center' });
    }
  };
  const passes = async (form: FormValues) => {
    const answer = await preview.mutateAsync(form).catch(() => null);
    setRefused(answer?.ok === false);
    return answer?.ok === true;
  };
  const edited = Object.keys(wizard.edits).length;
  const passing = workbook.data ? workbook.data.counts.ok + workbook.data.counts.notice : 0;

  // Nobody signs what he has not seen: after a reload the consequences are asked for again, and what is refused now goes back to the form.
  const inForm = wizard.mode === 'form';
  const seen = inForm ? wizard.preview?.ok === true : workbook.data?.checked === true && passing > 0;
  const unseen = wizard.step === 2 && !seen;
  const lost = unseen && !inForm && (workbook.data !== undefined || workbook.error !== null || !wizard.workbookId);
  const askAgain = useEffectEvent(async () => {
    if (lost || (inForm && !(await passes(wizard.form)))) change({ step: 1 });
  });
  useEffect(() => {
    if (unseen && (inForm || lost)) askAgain();
  }, [unseen, inForm, lost]);
  const mustAgree = item.code === 'unit.declare';
  const ready = seen && (!mustAgree || agreed);

  // Each step begins at its top.
  useEffect(() => {
    if (wizard.step >= 0) window.scrollTo(0, 0);
  }, [wizard.step]);

  // A finished wizard is left behind with its page: the next visit starts a new one.
  const finished = wizard.step === 3;
  useEffect(() => (finished ? () => leaveFinished(item.code) : undefined), [finished, item.code]);

  const primary = useCallback(() => {
    document.querySelector<HTMLButtonElement>('.action-bar .btn.primary:not([disabled])')?.click();
  }, []);
  usePrimaryKey(primary);

  if (wizard.step === 3 && wizard.result) {
    return (
      <WizardResult
        item={item}
        result={wizard.result}
        onAgain={() => restartWizard(item.code)}
        onLeft={(workbookId) => {
          restartWizard(item.code);
          change({ mode: 'workbook', workbookId, step: 1 });
        }}
      />
    );
  }
  const saveButton =
    wizard.mode === 'form' && (item.form.fields.length > 0 || item.form.rows) ? (
      <button
        type="button"
        className="btn"
        disabled={save.isPending || submit.isPending}
        onClick={() => save.mutate(formWithLine(item, wizard))}
      >
        {save.isPending ? '正在保存…' : '保存'}
      </button>
    ) : null;
  return (
    <div className="page">
      <div className="page-title">
        <h1>
          {item.name} <small>{periodOf(wizard.form)}</small>
        </h1>
        <Steps names={STEPS} current={wizard.step} onBack={(step) => change({ step: step as 0 | 1 })} />
      </div>
      {wizard.step < 2 ? <DraftWaiting item={item} wizard={wizard} /> : null}
      {wizard.step === 0 ? <WizardGuide item={item} /> : null}
      {wizard.step === 1 ? (
        <WizardForm
          item={item}
          wizard={wizard}
          change={change}
          onPreview={(form) => preview.mutate(form)}
          checking={preview.isPending}
          error={preview.error}
          workbook={workbook.data}
        />
      ) : null}
      {wizard.step === 2 ? (
        <>
          <ErrorPanel error={submit.error} linkOf={linkOf} />
          {seen ? <WizardConfirm item={item} wizard={wizard} workbook={workbook.data} /> : <Skeleton lines={8} />}
        </>
      ) : null}
      {save.error ? <ErrorPanel error={save.error} linkOf={linkOf} /> : null}
      {wizard.step === 0 ? (
        <ActionBar
          say={
            item.today.usable ? (
              item.today.note
            ) : (
              <>
                <b>{item.today.note}。</b>要看表单，也可以往下走。
              </>
            )
          }
        >
          {item.today.usable ? null : (
            <Go to="/menu" className="btn">
              回服务菜单
            </Go>
          )}
          <button
            type="button"
            className={item.today.usable ? 'btn primary' : 'btn'}
            onClick={() => change({ step: 1 })}
          >
            下一步：表单填写
          </button>
        </ActionBar>
      ) : null}
      {wizard.step === 1 ? (
        <ActionBar
          say={
            wizard.mode === 'workbook' ? (
              edited > 0 ? (
                <b className="amber">改了 {edited} 格，点“重新校验”后再提交。</b>
              ) : workbook.data?.checked ? (
                <>
                  <b>{passing} 行可提交</b>
                  {passingText(workbook.data.counts)}。校验结果保存到 {workbook.data.keptUntil.slice(0, 10)}。
                </>
              ) : (
                '上传并校验后才能提交。'
              )
            ) : refused && wizard.preview && !wizard.preview.ok ? (
              <b className="red" role="alert">
                {failingText(wizard.preview, item)}
              </b>
            ) : wizard.savedAt && !wizard.dirty ? (
              `草稿 ${momentText(wizard.savedAt)} 已保存，还没有提交。`
            ) : (
              '下一步先看会怎样，再确认提交。'
            )
          }
        >
          <button type="button" className="btn" onClick={() => change({ step: 0 })}>
            上一步
          </button>
          <button
            type="button"
            className="btn"
            onClick={() => queryClient.invalidateQueries({ queryKey: ['item', item.code] })}
          >
            刷新
          </button>
          {saveButton}
          <button
            type="button"
            className="btn primary"
            disabled={preview.isPending || (wizard.mode === 'workbook' && (passing === 0 || edited > 0))}
            onClick={toConfirm}
          >
            {preview.isPending
              ? '正在校验…'
              : wizard.mode === 'workbook' && passing > 0
                ? `下一步：确认提交（${passing} 人）`
                : '下一步：确认提交'}
          </button>
        </ActionBar>
      ) : null}
      {wizard.step === 2 ? (
        <ActionBar
          say={
            !seen ? (
              <span id="not-yet">正在算提交后会怎样，看过才能提交。</span>
            ) : (
              <>
                {mustAgree ? (
                  <label className="check">
                    <input type="checkbox" checked={agreed} onChange={(event) => setAgreed(event.target.checked)} />
                    已核对名单，差额与本单位情况一致
                  </label>
                ) : null}
                {mustAgree && !agreed ? (
                  <span className="note" id="not-yet" style={{ margin: '0 12px' }}>
                    勾选后才能提交。
                  </span>
                ) : null}
                <b>{item.effect}</b>
                <span className="note">{item.undo ? `${item.undo}。` : '提交后不能撤销。'}</span>
              </>
            )
          }
        >
          <button type="button" className="btn" onClick={() => change({ step: 1 })}>
            上一步
          </button>
          {saveButton}
          <button
            type="button"
            className="btn primary"
            disabled={submit.isPending || !ready}
            aria-describedby={ready ? undefined : 'not-yet'}
            onClick={() => submit.mutate()}
          >
            {submit.isPending ? '正在提交…' : submitLabel(item, wizard, passing)}
          </button>
        </ActionBar>
      ) : null}
    </div>
  );
}

/** Opened from the menu: what was begun and saved before is not forgotten. */
function DraftWaiting({ item, wizard }: { readonly item: ItemView; readonly wizard: Wizard }) {
  const drafts = useQuery({ queryKey: ['drafts'], queryFn: () => call(draftsEndpoint) });
  const draft = drafts.data?.find((one) => one.itemCode === item.code);
  if (!draft || wizard.dirty || draft.draftId === wizard.draftId) return null;
  return (
    <div className="aside-note">
      有一份没有提交的草稿：{draft.summary}，{momentText(draft.savedAt)} 存。
      <Go to={`/items/${item.code}?draft=${draft.draftId}`} className="in-text">
        接着办这份
      </Go>
      ；不管它，下面是新的一件。
    </div>
  );
}

export function Notices({ wizard }: { readonly wizard: Wizard }) {
  const preview = wizard.preview;
  if (!preview) return null;
  return (
    <>
      <ProblemList problems={preview.problems} linkOf={linkOf} />
      {preview.notices.filter(beforeSubmit).map((notice) => (
        <div className="aside-note amber-note" key={notice.text}>
          {notice.text}
        </div>
      ))}
    </>
  );
}
