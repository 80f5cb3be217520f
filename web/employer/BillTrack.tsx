import { shortMoment } from '../ui/format.ts';
import { usePhone } from '../ui/phone.ts';
import { Track, type TrackStage } from '../ui/Track.tsx';

export type TrackNode = {
  readonly name: string;
  readonly state: TrackStage['state'];
  readonly at: string | null;
  readonly expectedAt: string | null;
  readonly words: string;
};

/** 放大镜 of a bill: done shows its time, the rest what is expected and who must act. Vertical on a phone. */
export function BillTrack({ nodes, vertical }: { readonly nodes: readonly TrackNode[]; readonly vertical?: boolean }) {
  const phone = usePhone();
  return <Track vertical={vertical || phone} stages={nodes.map(stageOf)} />;
}

function stageOf(node: TrackNode, index: number): TrackStage {
  const lines: string[] = [];
  if (node.at) lines.push(shortMoment(node.at));
  else if (node.expectedAt) lines.push(`预计 ${shortMoment(node.expectedAt)}`);
  // What was still to do is no news once it is done; who issued the bill is.
  if (node.words && (node.state !== 'done' || index === 0)) lines.push(node.words);
  return { name: node.name, state: node.state, lines };
}
