import { formatYuanGrouped } from '../../src/kernel/fen.ts';

type Props = {
  /** Null is unknown and stays blank; a computed zero is 0.00. */
  readonly fen: number | null | undefined;
  readonly size?: 44 | 32 | 24 | 18 | 14;
  /** A difference: shows + and −. */
  readonly signed?: boolean;
  /** In running text and in tables the weight of the surroundings. */
  readonly plain?: boolean;
};

/** One way to show an amount: grouped, two decimals, true minus, never abbreviated (ui: Money). */
export function Money({ fen, size = 14, signed = false, plain = false }: Props) {
  if (fen === null || fen === undefined) return null;
  const text = formatYuanGrouped(fen);
  const shown = signed && fen > 0 ? `+${text}` : text;
  const direction = signed && fen !== 0 ? (fen > 0 ? ' up' : ' down') : '';
  const className = `money s${size}${plain ? ' plain' : ''}${direction}`;
  if (size < 24) return <span className={className}>{shown}</span>;
  const point = shown.length - 3;
  return (
    <span className={className}>
      <span className="yen">¥</span>
      {shown.slice(0, point)}
      <span className="cents">{shown.slice(point)}</span>
    </span>
  );
}

/** A figure that can be asked: dotted underline, opens 「为什么是这个数」. */
export function AskMoney({ fen, label, onAsk }: { fen: number; label: string; onAsk: () => void }) {
  return (
    <button
      type="button"
      className="ask"
      onClick={onAsk}
      aria-label={`${label} ${formatYuanGrouped(fen)} 元，为什么是这个数`}
    >
      {formatYuanGrouped(fen)}
    </button>
  );
}
