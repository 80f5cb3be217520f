import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { verifyEndpoint, verifyFileEndpoint } from '../../src/archive/contract.ts';
import { useSearchState } from '../employer/place.ts';
import { type Answer, call } from '../ui/call.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { FileButton } from '../ui/FileButton.tsx';
import { StatusTag, type Tone } from '../ui/StatusTag.tsx';
import { useSite } from '../ui/site.ts';
import { PublicFrame } from './PublicFrame.tsx';

type Result = Answer<typeof verifyEndpoint>;

type Words = { readonly tone: Tone; readonly name: string; readonly next?: string };
const STATES: Readonly<Record<Result['state'], Words>> = {
  VALID: { tone: 'done', name: '真实有效' },
  EXPIRED: { tone: 'wait', name: '已超过验证期限', next: '请参保单位重新开一份。' },
  NOT_FOUND: {
    tone: 'bad',
    name: '未查询到',
    next: '请对着证明把授权码再核一遍：5 组，每组 4 位。有 PDF 文件的，可以核对整个文件；还是查不到，请勿采信，向开具的单位核实。',
  },
  VOIDED: { tone: 'bad', name: '已作废', next: '请勿采信，向开具的单位要一份新的。' },
  ALTERED: { tone: 'bad', name: '文件被改过', next: '请向开具的单位要原来的文件，再核对一次。' },
};

/** The verification platform that certificates name (HB-CERT-05): by authorisation code, or by the whole file. No login. */
export function VerifyPage() {
  const [search] = useSearchState();
  const [code, setCode] = useState(search.code ?? '');
  const byCode = useMutation({ mutationFn: (text: string) => call(verifyEndpoint, { body: { code: text } }) });
  const byFile = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.append('file', file);
      return call(verifyFileEndpoint, { form });
    },
  });
  // A QR code on the certificate carries the code in the address.
  const given = search.code;
  const { mutate } = byCode;
  useEffect(() => {
    document.title = '证明验证 · 统征';
    if (given) mutate(given);
  }, [given, mutate]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    byFile.reset();
    byCode.mutate(code.replace(/\s/g, ''));
  };
  const site = useSite().data;
  const result = byFile.data ?? byCode.data;
  return (
    <PublicFrame place={site?.verificationPlatform ?? '证明验证'}>
      <h1>证明验证</h1>
      <form className="card stack" style={{ gap: 10 }} onSubmit={submit}>
        <div className="field">
          <label htmlFor="code">授权码（证明上的 5 组、每组 4 位）</label>
          <input
            id="code"
            className="input mono"
            style={{ fontSize: 18, letterSpacing: 1 }}
            placeholder="2021 1113 1336 29KR IFGN"
            autoComplete="off"
            value={code}
            onChange={(event) => setCode(event.target.value.toUpperCase())}
          />
        </div>
        <button type="submit" className="btn primary" disabled={byCode.isPending || code.trim() === ''}>
          {byCode.isPending ? '正在核对…' : '核对证明'}
        </button>
        <p className="note">不用登录。证明出具后{site?.words.verify ?? '有效期内'}可以验证。</p>
      </form>
      <section className="card" aria-label="验证文件">
        <h2>有 PDF 文件的，可以核对整个文件</h2>
        <p className="note" style={{ marginBottom: 8 }}>
          比对文件的摘要和电子签章：改动一个字节也能看出来。
        </p>
        <FileButton
          label="选择证明 PDF"
          accept="application/pdf"
          onFiles={([file]) => {
            byCode.reset();
            if (file) byFile.mutate(file);
          }}
        />
      </section>
      <div aria-live="polite">
        <ErrorPanel error={byCode.error ?? byFile.error} />
        {result ? <ResultCard result={result} /> : null}
      </div>
    </PublicFrame>
  );
}

function ResultCard({ result }: { readonly result: Result }) {
  const state = STATES[result.state];
  return (
    <section className="card" aria-label="验证结果">
      <div className="row between">
        <h2 className={state.tone === 'bad' ? 'red' : undefined}>{result.title}</h2>
        {result.title.includes(state.name) ? null : <StatusTag tone={state.tone}>{state.name}</StatusTag>}
      </div>
      {result.message === result.title ? null : <p>{result.message}</p>}
      {state.next ? (
        <p>
          <b>怎么办：</b>
          {state.next}
        </p>
      ) : null}
      {result.fields.length > 0 ? (
        <dl className="kv left" style={{ marginTop: 8 }}>
          {result.fields.map((field) => (
            <FieldRow key={field.label} label={field.label} value={field.value} />
          ))}
        </dl>
      ) : null}
      {result.code ? <p className="note">编号 {result.code}</p> : null}
    </section>
  );
}

function FieldRow({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}
