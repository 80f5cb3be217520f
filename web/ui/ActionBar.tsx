import { type ReactNode, useEffect, useRef, useState } from 'react';

/**
 * The bar at the bottom: what the primary button will do or what is missing, and the buttons (ui README §2). Where there is little room
 * the sentence is one line, and what is cut off is one press away.
 */
export function ActionBar({ say, children }: { readonly say: ReactNode; readonly children: ReactNode }) {
  const line = useRef<HTMLDivElement>(null);
  const [cut, setCut] = useState(false);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const element = line.current;
    if (!element) return;
    const measure = () => setCut(element.scrollWidth > element.clientWidth + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const changes = new MutationObserver(measure);
    changes.observe(element, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      changes.disconnect();
    };
  }, []);
  return (
    <div className="action-bar">
      <div className="say" data-open={open}>
        <div className="line" ref={line}>
          {say}
        </div>
        {cut || open ? (
          <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? '收起' : '看全'}
          </button>
        ) : null}
      </div>
      <div className="row">{children}</div>
    </div>
  );
}
