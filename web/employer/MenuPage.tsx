import { StarFilled, StarOutlined } from '@ant-design/icons';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { z } from 'zod';
import type { menuItemSchema } from '../../src/items/contract.ts';
import { FailedPage } from '../ui/FailedPage.tsx';
import { Empty, Loaded } from '../ui/States.tsx';
import { StatusTag, type Tone } from '../ui/StatusTag.tsx';
import { setAside } from './aside.ts';
import { useMenu } from './Layout.tsx';
import { Go, linkOf } from './links.tsx';
import { useGo, useHere, useSearchState } from './place.ts';
import { find, loadInitials } from './search.ts';
import { useTab } from './tabs.ts';

type Item = z.output<typeof menuItemSchema>;

const TONES: Readonly<Record<Item['today']['tone'], Tone>> = { info: 'doing', wait: 'wait', none: 'none' };
const STARS = 'tz.stars';
const TYPED = ['q'] as const;

/** 服务菜单 (HB-MENU): find one item in two keys; each says how it ends and whether it makes sense today. */
export function MenuPage() {
  const here = useHere();
  useTab('/menu', '服务菜单', here.href);
  const menu = useMenu();
  return (
    <Loaded
      query={menu}
      failed={(error) => (
        <FailedPage
          title="服务菜单"
          error={error}
          linkOf={linkOf}
          back={
            <Go to="/" className="in-text">
              回首页
            </Go>
          }
        />
      )}
    >
      {(data) => <Menu groups={data.groups} total={data.total} />}
    </Loaded>
  );
}

function Menu({
  groups,
  total,
}: {
  readonly groups: readonly { readonly name: string; readonly items: readonly Item[] }[];
  readonly total: number;
}) {
  // On Enter what was typed is looked for among the people too.
  const [search, change] = useSearchState(TYPED);
  const go = useGo();
  const text = search.q ?? '';
  const onlyToday = search.today === '1';
  const group = search.group;
  const [letters, setLetters] = useState(false);
  const [at, setAt] = useState(0);
  const [stars, setStars] = useState<ReadonlySet<string>>(
    () => new Set(JSON.parse(localStorage.getItem(STARS) ?? '[]') as string[]),
  );
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (/[a-z]/i.test(text)) loadInitials().then(() => setLetters(true));
  }, [text]);
  const items = useMemo(() => groups.flatMap((one) => one.items), [groups]);
  // `letters` re-runs the search once the pinyin table is there.
  const hits = useMemo(() => (letters || !letters ? find(items, text) : []), [items, text, letters]);
  const usable = items.filter((item) => item.today.usable).length;

  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt(Math.max(0, Math.min(hits.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Enter') {
      const hit = hits[at] ?? hits[0];
      if (hit) go(hit.item.route);
      else if (/^\d{16}$/.test(text.trim())) go(`/bills/${text.trim()}`);
      else if (text.trim()) go(`/people?q=${setAside(text.trim())}`);
    }
  };
  const toggleStar = (code: string) => {
    const next = new Set(stars);
    if (!next.delete(code)) next.add(code);
    localStorage.setItem(STARS, JSON.stringify([...next]));
    setStars(next);
  };
  const shown = groups
    .filter((one) => !group || one.name === group)
    .map((one) => ({ ...one, items: one.items.filter((item) => !onlyToday || item.today.usable) }))
    .filter((one) => one.items.length > 0);
  const starred = items.filter((item) => stars.has(item.code));

  return (
    <div className="page">
      <h1 className={group ? undefined : 'visually-hidden'}>{group ?? '服务菜单'}</h1>
      <div className="row between">
        <div style={{ position: 'relative', flex: '1 1 320px', maxWidth: 560 }}>
          <input
            ref={input}
            className="input menu-search"
            type="search"
            aria-label="搜事项"
            placeholder="事项名、别名、拼音首字母"
            value={text}
            onChange={(event) => {
              setAt(0);
              change({ q: event.target.value });
            }}
            onKeyDown={onKey}
          />
          {text ? (
            <span className="note hide-phone" style={{ position: 'absolute', right: 34, top: 13 }} aria-live="polite">
              命中 {hits.length} 项 <kbd>↑</kbd> <kbd>↓</kbd> <kbd>Enter</kbd>
            </span>
          ) : null}
        </div>
        <div className="segment">
          <button
            type="button"
            aria-pressed={!onlyToday}
            onClick={() => change({ today: undefined, group: undefined })}
          >
            全部 {total}
          </button>
          <button type="button" aria-pressed={onlyToday} onClick={() => change({ today: '1' })}>
            今天可办 {usable}
          </button>
        </div>
      </div>
      {text ? (
        <div className="table-box" style={{ boxShadow: 'var(--float)' }}>
          {hits.length === 0 ? (
            <Empty title={`没有叫“${text}”的事项`}>
              <Go to={`/people?q=${setAside(text.trim())}`} className="in-text">
                在参保人员里找“{text.trim()}”
              </Go>
              ，或{' '}
              <Go to="/menu" className="in-text">
                看全部事项
              </Go>
            </Empty>
          ) : (
            <ul>
              {hits.map((hit, index) => (
                <li key={hit.item.code} className="hit" data-at={index === at}>
                  <Go to={hit.item.route} label={hit.item.name}>
                    <b>
                      <Marked text={hit.item.name} mark={hit.mark} />
                    </b>
                    <span className="note">
                      {hit.item.group}
                      {hit.item.aliases.length > 0 ? ` · 又名 ${hit.item.aliases.join('；')}` : ''}
                    </span>
                    <span className="note ends">{hit.item.ends}</span>
                    <StatusTag tone={TONES[hit.item.today.tone]}>{hit.item.today.note}</StatusTag>
                  </Go>
                </li>
              ))}
            </ul>
          )}
        </div>
      ) : null}
      <div className="grid-three">
        {starred.length > 0 && !group ? (
          <Group name="常用功能" items={starred} stars={stars} onStar={toggleStar} />
        ) : null}
        {shown.map((one) => (
          <Group
            key={one.name}
            name={one.name}
            items={one.items}
            stars={stars}
            onStar={toggleStar}
            detailed={Boolean(group)}
          />
        ))}
      </div>
    </div>
  );
}

function Group(props: {
  readonly name: string;
  readonly items: readonly Item[];
  readonly stars: ReadonlySet<string>;
  readonly onStar: (code: string) => void;
  readonly detailed?: boolean;
}) {
  return (
    <section className="card" style={{ padding: '12px 14px' }} aria-label={props.name}>
      <h2>
        {props.name} <span className="note">{props.items.length}</span>
      </h2>
      <ul>
        {props.items.map((item) => (
          <li key={item.code} className="leaf-row">
            <button
              type="button"
              className="icon-btn"
              aria-pressed={props.stars.has(item.code)}
              aria-label={`收藏 ${item.name}`}
              onClick={() => props.onStar(item.code)}
            >
              {props.stars.has(item.code) ? <StarFilled style={{ color: '#b87a1a' }} /> : <StarOutlined />}
            </button>
            <div className="leaf-line">
              <Go to={item.route} className="leaf">
                {item.name}
              </Go>
              {props.detailed || item.today.tone === 'wait' || !item.today.usable ? (
                <span className={item.today.tone === 'wait' ? 'note amber' : 'note'}>{item.today.note}</span>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Marked({ text, mark }: { readonly text: string; readonly mark: readonly [number, number] | null }) {
  if (!mark) return text;
  const [from, length] = mark;
  return (
    <>
      {text.slice(0, from)}
      <mark>{text.slice(from, from + length)}</mark>
      {text.slice(from + length)}
    </>
  );
}
