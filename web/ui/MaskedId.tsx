import { EyeOutlined } from '@ant-design/icons';
import { Popover } from 'antd';
import { useEffect, useId, useState } from 'react';

/** 证件号码: masked until a purpose is chosen; then shown 60 s in amber with a countdown. The server writes the audit record. */
export function MaskedId({
  masked,
  who,
  purposes,
  reveal,
}: {
  readonly masked: string;
  readonly who: string;
  readonly purposes: readonly string[];
  readonly reveal: (purpose: string) => Promise<{ idNo: string; seconds: number }>;
}) {
  const asks = useId();
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState<{ idNo: string; left: number } | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(shown.left > 1 ? { ...shown, left: shown.left - 1 } : null), 1000);
    return () => clearTimeout(timer);
  }, [shown]);

  if (shown) {
    return (
      <span className="masked shown">
        {shown.idNo} <small className="amber">{shown.left}s</small>
      </span>
    );
  }
  const choose = async (purpose: string) => {
    setOpen(false);
    const answer = await reveal(purpose).catch(() => null);
    setFailed(!answer);
    if (answer) setShown({ idNo: answer.idNo, left: answer.seconds });
  };
  return (
    <span className="masked">
      {masked}
      <Popover
        open={open}
        onOpenChange={setOpen}
        trigger="click"
        content={
          <div className="stack" style={{ gap: 4, minWidth: 150 }} role="dialog" aria-labelledby={asks}>
            <div className="note" id={asks}>
              看完整号码做什么用（会留痕）
            </div>
            {purposes.map((purpose) => (
              <button type="button" className="btn small" key={purpose} onClick={() => choose(purpose)}>
                {purpose}
              </button>
            ))}
          </div>
        }
      >
        <button type="button" className="icon-btn" aria-label={`显示 ${who} 的完整证件号码`}>
          <EyeOutlined />
        </button>
      </Popover>
      {failed ? <small className="red">没能显示</small> : null}
    </span>
  );
}
