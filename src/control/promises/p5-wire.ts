import { formatYuan } from '../../kernel/fen.ts';
import { addMs, type Moment } from '../../kernel/month.ts';
import { one, rows, sql } from '../../platform/db.ts';
import { hasTable } from '../store.ts';
import { type Findings, findings, type PromiseCheck, type Scope } from './promise.ts';

/** A hole or a waiting item younger than this is on its way (wire §2: older ones raise an alarm). */
const PATIENCE_MS = 3_600_000;

/** 5. Nothing is lost or doubled over the exchange. */
export const wirePromise: PromiseCheck = {
  no: 5,
  title: '消息不丢不重',
  check: async (scope) => {
    const found = findings();
    let items = 0;
    if (await hasTable(scope.on, 'wire_inbox')) {
      await checkStreams(scope, found);
      await checkInbox(scope, found);
      await checkWaiting(scope, found);
      await checkEffects(scope, found);
      items = (
        await one(
          scope.on,
          sql<{ count: number }>`
            select (select count(*) from wire_outbox_item where region = ${scope.region})
                 + (select count(*) from wire_inbox where region = ${scope.region}) as count`,
        )
      ).count;
    }
    await checkSuspense(scope, found);
    if (await hasTable(scope.on, 'exchange_recon_case')) await checkReconciliation(scope, found);
    return found.result(`${items} 条消息`);
  },
};

async function checkStreams({ on, region, now }: Scope, found: Findings): Promise<void> {
  const out = await rows(
    on,
    sql<{ peer: string; stream: string }>`
      select s.peer, s.stream from wire_stream s
      left join wire_document d on d.region = s.region and d.peer = s.peer and d.stream = s.stream
      where s.region = ${region}
      group by s.peer, s.stream, s.last_seq
      having count(d.seq) <> s.last_seq or coalesce(max(d.seq), 0) <> s.last_seq`,
  );
  for (const row of out) found.violation(`stream:${row.peer}/${row.stream}`, '发出的报文序号不连续');
  const holes = await rows(
    on,
    sql<{ sender: string; stream: string; next: number; highest: number; since: Moment | null }>`
      select sender, stream, contiguous_seq + 1 as next, highest_seq as highest, hole_since as since
      from wire_cursor where region = ${region} and contiguous_seq < highest_seq`,
  );
  for (const hole of holes) {
    const object = `stream:${hole.sender}/${hole.stream}`;
    const text = `收到第 ${hole.highest} 号，缺第 ${hole.next} 号起的报文`;
    if (hole.since && addMs(hole.since, PATIENCE_MS) > now) found.gate(object, text, '已请对方补发');
    else found.violation(object, text);
  }
}

async function checkInbox({ on, region }: Scope, found: Findings): Promise<void> {
  const twice = await rows(
    on,
    sql<{ sender: string; entity: string; version: number }>`
      select sender, entity, version from wire_inbox
      where region = ${region} and state in ('accepted', 'parked')
      group by sender, entity, version having count(*) > 1`,
  );
  for (const row of twice) found.violation(row.entity, `${row.sender} 的第 ${row.version} 版生效了不止一次`);
  const ahead = await rows(
    on,
    sql<{ entity: string }>`
      select i.entity from wire_inbox i
      left join wire_entity e on e.region = i.region and e.sender = i.sender and e.entity = i.entity
      where i.region = ${region} and i.state in ('accepted', 'parked')
      group by i.sender, i.entity, e.applied_version
      having max(i.version) > coalesce(e.applied_version, 0)`,
  );
  for (const row of ahead) found.violation(row.entity, '已生效的版本没有记入');
}

async function checkWaiting({ on, region, now }: Scope, found: Findings): Promise<void> {
  const parked = await rows(
    on,
    sql<{ entity: string; version: number; why: string; since: Moment; refusal: string | null }>`
      select entity, version, why, since, refusal from wire_parked where region = ${region}`,
  );
  for (const row of parked) {
    const text = `第 ${row.version} 版没有生效：${row.why === 'order' ? '等前一版' : (row.refusal ?? '处理出错')}`;
    if (addMs(row.since, PATIENCE_MS) > now) found.gate(row.entity, text, '自动重试中');
    else found.violation(row.entity, text);
  }
  const stored = await rows(
    on,
    sql<{ document_id: string; state: string; received_at: Moment }>`
      select document_id, state, received_at from wire_inbox_document
      where region = ${region} and state in ('received', 'quarantined')`,
  );
  for (const row of stored) {
    const object = `document:${row.document_id}`;
    if (row.state === 'quarantined') found.gate(object, '超过 72 小时的报文被隔离', '等经办人员放行');
    else if (addMs(row.received_at, PATIENCE_MS) > now) found.gate(object, '已收到，还没生效', '自动处理中');
    else found.violation(object, '收到超过一小时仍没有生效');
  }
  const dead = await rows(
    on,
    sql<{ document_id: string; type: string; reason: string }>`
      select document_id, type, reason from wire_dead_letter where region = ${region} and resolved_at is null`,
  );
  for (const row of dead) found.violation(`document:${row.document_id}`, `死信 ${row.type}：${row.reason}`);
  const refused = await rows(
    on,
    sql<{ entity: string; type: string; code: string | null }>`
      select entity, type, code from wire_outbox_item where region = ${region} and state = 'refused'`,
  );
  for (const row of refused)
    found.gate(row.entity, `${row.type} 被对方拒收（${row.code ?? '-'}）`, '更正后重发，或撤销');
}

/** Every bill went out once; every receipt came in as a message, and every payment message left a receipt. */
async function checkEffects({ on, region }: Scope, found: Findings): Promise<void> {
  const bills = await rows(
    on,
    sql<{ bill_no: string; sent: number }>`
      select b.bill_no, count(i.item_id) as sent
      from collection_bill b
      left join wire_outbox_item i on i.region = b.region and i.entity = 'bill:' || b.bill_no and i.type = 'bill.issue'
      where b.region = ${region} group by b.bill_no having count(i.item_id) <> 1`,
  );
  for (const row of bills) found.violation(`bill:${row.bill_no}`, `开单报文应有一份，实有 ${row.sent} 份`);
  const invented = await rows(
    on,
    sql<{ receipt_no: string }>`
      select r.receipt_no from collection_receipt r
      where r.region = ${region} and not exists (
        select 1 from wire_inbox i where i.region = r.region and i.entity = 'receipt:' || r.receipt_no
          and i.type = 'payment.posted' and i.state in ('accepted', 'parked'))`,
  );
  for (const row of invented) found.violation(`receipt:${row.receipt_no}`, '有到账，没有对应的税务报文');
  const lost = await rows(
    on,
    sql<{ entity: string }>`
      select i.entity from wire_inbox i
      where i.region = ${region} and i.type = 'payment.posted' and i.state in ('accepted', 'parked') and not exists (
        select 1 from collection_receipt r where r.region = i.region and 'receipt:' || r.receipt_no = i.entity)`,
  );
  for (const row of lost) found.violation(row.entity, '税务报文已生效，没有到账');
}

async function checkSuspense({ on, region }: Scope, found: Findings): Promise<void> {
  const waiting = await rows(
    on,
    sql<{ receipt_no: string; suspense_reason: string; total_fen: number }>`
      select receipt_no, suspense_reason, total_fen from collection_receipt where region = ${region} and state = 'SUSPENSE'`,
  );
  for (const row of waiting) {
    const text = `${formatYuan(row.total_fen)} 元挂账（${row.suspense_reason}）`;
    found.gate(`receipt:${row.receipt_no}`, text, '在挂账清单上，等人处理');
  }
}

/** The daily reconciliation proves it: what differs has a name. */
async function checkReconciliation({ on, region }: Scope, found: Findings): Promise<void> {
  const cases = await rows(
    on,
    sql<{ case_no: string; day: string; kind: string; receipt_no: string }>`
      select case_no, day, kind, receipt_no from exchange_recon_case where region = ${region} and state = 'OPEN'`,
  );
  for (const row of cases) {
    found.gate(`recon:${row.day}`, `对账差异 ${row.kind}，到账流水号 ${row.receipt_no}`, `对账差错 ${row.case_no}`);
  }
  const unnamed = await rows(
    on,
    sql<{ day: string }>`
      select r.day from exchange_recon_run r
      where r.region = ${region} and r.state = 'DIFFERENT'
        and not exists (select 1 from exchange_recon_case c where c.region = r.region and c.day = r.day)
        and r.at < (select max(at) from exchange_recon_run x where x.region = r.region)`,
  );
  for (const row of unnamed) found.violation(`recon:${row.day}`, '当日对账不平，没有列出差异');
}
