import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { certificatesEndpoint, documentEndpoint, type issueCertificateEndpoint } from '../../src/archive/contract.ts';
import { type Answer, address, call } from '../ui/call.ts';
import { inFours, momentText } from '../ui/format.ts';
import { StatusTag } from '../ui/StatusTag.tsx';

const PdfPreview = lazy(() => import('./PdfPreview.tsx'));

/** What has just come about is brought before the eyes. */
function useInView() {
  const card = useRef<HTMLElement>(null);
  // In braces: newer browsers answer with a promise, and an effect must not return one.
  useEffect(() => {
    card.current?.scrollIntoView({ block: 'start' });
  }, []);
  return card;
}

/** Its room is there before it is, so that what comes into view is the paper; a phone opens it by its button. */
function Sheet({ src, title }: { readonly src: string; readonly title: string }) {
  const room = <div className="pdf-frame" />;
  return (
    <div className="hide-phone" style={{ marginTop: 12 }}>
      <Suspense fallback={room}>{src ? <PdfPreview src={src} title={title} /> : room}</Suspense>
    </div>
  );
}

/** 预览: nothing is registered; the file lives in this window only. */
export function Preview({ file }: { readonly file: Blob }) {
  const card = useInView();
  const [src, setSrc] = useState('');
  useEffect(() => {
    const url = URL.createObjectURL(file);
    setSrc(url);
    return () => URL.revokeObjectURL(url);
  }, [file]);
  return (
    <section ref={card} className="card" aria-label="预览" aria-live="polite">
      <div className="row between">
        <div>
          <h2>预览，还没有开具</h2>
          <p className="note">没有授权码和签章，证件号码遮盖；点“开具”后生成正式的证明。</p>
        </div>
        <a className="btn only-phone" href={src} target="_blank" rel="noreferrer">
          看预览
        </a>
      </div>
      <Sheet src={src} title="证明预览" />
    </section>
  );
}

/** 已开好的证明: print, keep, have it verified. */
export function Issued({ issued }: { readonly issued: Answer<typeof issueCertificateEndpoint> }) {
  const pdf = address(documentEndpoint, { params: { documentId: issued.documentId } });
  const card = useInView();
  return (
    <section ref={card} className="card" aria-label="已开好的证明" aria-live="polite">
      <div className="row between">
        <div>
          <h2>
            {issued.title} · {issued.persons} 人
          </h2>
          <div>
            授权码 <b className="mono">{inFours(issued.authCode.replace(/\s/g, ''))}</b>
          </div>
          <div className="note">
            {momentText(issued.issuedAt)} 开具，可验证到 {issued.validThrough} 24:00。任何人可在
            <a href="/verify">证明验证</a>核对。
          </div>
        </div>
        <div className="row">
          <a className="btn primary" href={pdf} target="_blank" rel="noreferrer">
            打印
          </a>
          <a className="btn" href={pdf} download={`参保证明_${issued.authCode.replace(/\s/g, '')}.pdf`}>
            下载 PDF
          </a>
        </div>
      </div>
      <Sheet src={pdf} title="证明" />
    </section>
  );
}

export function IssuedBefore() {
  const before = useQuery({ queryKey: ['certificates'], queryFn: () => call(certificatesEndpoint) });
  if (!before.data?.length) return null;
  return (
    <section className="card" aria-label="以前开的">
      <h2>以前开的</h2>
      <ul className="ledger">
        {before.data.slice(0, 10).map((one) => (
          <li key={one.documentId}>
            <div>
              {one.title}{' '}
              <StatusTag tone={one.valid ? 'done' : 'none'}>{one.valid ? '可验证' : '已过验证期'}</StatusTag>
              <span>
                授权码 {inFours(one.authCode.replace(/\s/g, ''))}　{momentText(one.issuedAt)} 开具
                {one.validThrough ? `，到 ${one.validThrough}` : ''}
              </span>
            </div>
            <a
              href={address(documentEndpoint, { params: { documentId: one.documentId } })}
              target="_blank"
              rel="noreferrer"
              aria-label={`打开 ${one.authCode}`}
            >
              打开
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
