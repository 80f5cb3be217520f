import { FAULT_NAMES, PAY_CHANNEL_NAMES } from '../../../../tax/contract.ts';
import { formatYuan } from '../../../kernel/fen.ts';
import type { Session } from '../client.ts';
import { type Observed, observed } from '../observed.ts';
import type { Step } from '../parse.ts';
import { mistake, recall, type Verb, type World } from '../world.ts';
import { taxClerkOf } from './session.ts';

type Receipt = {
  readonly receiptNo: string;
  readonly stateName: string;
  readonly paidAt: string;
  readonly totalFen: number;
};
type TaxBill = {
  readonly billNo: string;
  readonly state: string;
  readonly stateName: string;
  readonly totalFen: number;
  readonly validThrough: string;
  readonly payerName: string;
  readonly ticketNo: string | null;
  readonly receipts: readonly Receipt[];
  readonly lines: readonly { readonly projectName: string; readonly itemName: string; readonly fen: number }[];
};

function viewTaxBill(bill: TaxBill): Observed {
  return observed({
    raw: bill,
    facts: {
      单据号: bill.billNo,
      状态: bill.stateName,
      状态码: bill.state,
      合计: formatYuan(bill.totalFen),
      截止: bill.validThrough,
      缴费人: bill.payerName,
      税票: bill.ticketNo ?? '无',
      收款笔数: String(bill.receipts.length),
    },
    rows: bill.lines.map((line) => ({
      label: line.itemName,
      values: { 项目: line.projectName, 金额: formatYuan(line.fen) },
    })),
  });
}

async function fetchBill(clerk: Session, billNo: string): Promise<TaxBill> {
  return clerk.call<TaxBill>('GET', `/api/clerk/bills/${billNo}`);
}

function channelOf(name: string | undefined): string {
  if (!name) return 'CLIENT';
  const found = Object.entries(PAY_CHANNEL_NAMES).find(([code, chinese]) => code === name || chinese === name);
  return found?.[0] ?? mistake(`没有这个缴费渠道：${name}；有：${Object.values(PAY_CHANNEL_NAMES).join('、')}`);
}

async function latestReceipt(clerk: Session, billNo: string): Promise<string> {
  return (await fetchBill(clerk, billNo)).receipts.at(-1)?.receiptNo ?? mistake(`单据 ${billNo} 还没有收款`);
}

type Act = (clerk: Session, billNo: string, step: Step, words: readonly string[]) => Promise<unknown>;

const ACTS: Readonly<Record<string, Act>> = {
  查: async () => undefined,
  开票: (clerk, billNo) => clerk.call('POST', `/api/clerk/bills/${billNo}/invoice`, {}),
  作废票: (clerk, billNo) => clerk.call('POST', `/api/clerk/bills/${billNo}/void-invoice`, { reason: '演练' }),
  缴费: (clerk, billNo, step) =>
    clerk.call('POST', `/api/clerk/bills/${billNo}/pay`, {
      channel: channelOf(step.fields.get('渠道')),
      post: step.fields.get('登账') !== '否',
    }),
  登账: async (clerk, billNo) =>
    clerk.call('POST', `/api/clerk/receipts/${await latestReceipt(clerk, billNo)}/post`, {}),
  冲正: async (clerk, billNo) =>
    clerk.call('POST', `/api/clerk/receipts/${await latestReceipt(clerk, billNo)}/reverse`, { reason: 'BANK_RETURN' }),
  更正: async (clerk, billNo) =>
    clerk.call('POST', `/api/clerk/receipts/${await latestReceipt(clerk, billNo)}/correct`, { reason: '演练' }),
  入库: async (clerk, billNo) =>
    clerk.call('POST', `/api/clerk/receipts/${await latestReceipt(clerk, billNo)}/treasure`, {}),
};

/** `税务 开票`、`税务 缴费`…; a further word names the bill, else the latest. Shows the bill as the tax side has it afterwards. */
export const tax: Verb = async (world: World, step) => {
  const [name = '', bill] = step.words;
  const act = ACTS[name] ?? mistake(`税务端没有“${name}”；有：${Object.keys(ACTS).join('、')}`);
  const clerk = await taxClerkOf(world);
  const billNo = recall(world, '单据', bill);
  await act(clerk, billNo, step, step.words);
  return viewTaxBill(await fetchBill(clerk, billNo));
};

/**
 * `故障 报文丢失 bill.issue 1次`, `故障 停机 1小时`, `故障 恢复`, `故障 清除`. Faults sit at the tax side (故障台) and hit from a seed.
 */
export const fault: Verb = async (world, step) => {
  const [name = '', ...rest] = step.words;
  const clerk = await taxClerkOf(world);
  if (name === '清除') return observed({ raw: await clerk.call('DELETE', '/api/clerk/faults') });
  if (name === '恢复') return observed({ raw: await clerk.call('POST', '/api/clerk/faults/down', { hours: 0 }) });
  if (name === '停机') {
    const hours = Number(/^(\d+)小时$/.exec(rest[0] ?? '')?.[1] ?? mistake('应写成 故障 停机 1小时'));
    return observed({ raw: await clerk.call('POST', '/api/clerk/faults/down', { hours }) });
  }
  const code = Object.entries(FAULT_NAMES).find(([key, title]) => key === name || title === name)?.[0];
  if (!code) mistake(`没有这种故障：${name}；有：${Object.values(FAULT_NAMES).join('、')}、停机、恢复、清除`);
  const times = rest.map((word) => /^(\d+)次$/.exec(word)?.[1]).find(Boolean);
  const type = rest.find((word) => /^[a-z]+\.[a-zA-Z]+$/.test(word)) ?? null;
  const raw = await clerk.call('PUT', `/api/clerk/faults/${code}`, {
    ppm: 1_000_000,
    type,
    times: times ? Number(times) : null,
    seed: 1,
  });
  return observed({ raw });
};
