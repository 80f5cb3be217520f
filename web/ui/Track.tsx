import { CheckOutlined } from '@ant-design/icons';

export type TrackStage = {
  readonly name: string;
  readonly state: 'done' | 'current' | 'future' | 'late' | 'stopped';
  /** Instead of the name when the line was stopped here: 已过期. */
  readonly title?: string;
  readonly lines: readonly string[];
};

const SPOKEN: Readonly<Record<TrackStage['state'], string>> = {
  done: '已完成',
  current: '正在这一步',
  future: '还没到',
  late: '迟了',
  stopped: '停在这里',
};

/** 放大镜: always the five names, whatever happened (HB-TRK-01). */
export function Track({ stages, vertical }: { readonly stages: readonly TrackStage[]; readonly vertical?: boolean }) {
  return (
    <ol className={vertical ? 'track vertical' : 'track'}>
      {stages.map((stage, index) => (
        <li key={stage.name} className={stage.state}>
          <div className="dot" aria-hidden="true">
            {stage.state === 'done' ? <CheckOutlined /> : index + 1}
          </div>
          <b>{stage.title ?? stage.name}</b>
          <span className="visually-hidden">{SPOKEN[stage.state]}</span>
          {stage.lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </li>
      ))}
    </ol>
  );
}
