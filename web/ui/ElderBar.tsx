import { LogoutOutlined, PhoneOutlined, SoundOutlined } from '@ant-design/icons';
import { useEffect, useRef, useState } from 'react';
import { toggleElder, useElder } from './elder.ts';
import { spoken } from './spoken.ts';

const CARDS = 'main .card, main .table-box, .ant-drawer-open .panel-body';

/** What is read: the card on the screen; pressed again, the next one. */
function nextCard(last: HTMLElement | null): HTMLElement | undefined {
  const all = [...document.querySelectorAll<HTMLElement>(CARDS)].filter((card) => card.innerText.trim() !== '');
  const after = last ? all.indexOf(last) + 1 : 0;
  if (after > 0) return all[after] ?? all[0];
  const onScreen = all.find((card) => card.getBoundingClientRect().bottom > window.innerHeight / 4);
  return onScreen ?? all[0];
}

const HOTLINES = { agency: '12333', tax: '12366' } as const;

/** 长辈版, on every page: reads the card aloud, calls the hotline, leads back (ui README §6). */
export function ElderBar({ house }: { readonly house: 'agency' | 'tax' }) {
  const elder = useElder();
  const [reading, setReading] = useState(false);
  const [mute, setMute] = useState(false);
  const last = useRef<HTMLElement | null>(null);
  const stop = () => {
    window.speechSynthesis?.cancel();
    if (last.current) delete last.current.dataset.reading;
    setReading(false);
  };
  // Whoever leaves the mode or the page leaves the voice.
  useEffect(() => stop, [elder]);
  if (!elder) return null;
  const read = () => {
    if (reading) return stop();
    const card = nextCard(last.current?.isConnected ? last.current : null);
    if (!card) return;
    if (!('speechSynthesis' in window)) return setMute(true);
    last.current = card;
    card.dataset.reading = '1';
    card.scrollIntoView({ block: 'nearest' });
    const speech = new SpeechSynthesisUtterance(spoken(card.innerText));
    speech.lang = 'zh-CN';
    speech.rate = 0.9;
    speech.onend = stop;
    speech.onerror = stop;
    setReading(true);
    window.speechSynthesis.speak(speech);
  };
  const number = HOTLINES[house];
  return (
    <aside className="elder-bar no-print" aria-label="长辈版">
      <button type="button" className="btn" onClick={read} aria-pressed={reading}>
        <SoundOutlined aria-hidden="true" />
        {reading ? '停下' : '读给我听'}
      </button>
      <a className="btn" href={`tel:${number}`}>
        <PhoneOutlined aria-hidden="true" />
        <span className="nowrap">打电话问 {number}</span>
      </a>
      <button type="button" className="btn" onClick={toggleElder}>
        <LogoutOutlined aria-hidden="true" />
        退出长辈版
      </button>
      {mute ? <p role="status">这台设备不能朗读，可以打电话问 {number}。</p> : null}
    </aside>
  );
}
