import { dueIs } from '../../collection/index.ts';
import { verifyChain } from '../../platform/audit/index.ts';
import { one, rows, sql } from '../../platform/db.ts';
import { listChainHeads } from '../store.ts';
import { findings, type PromiseCheck } from './promise.ts';

/**
 * 6. Nobody both handles and reviews; every state change has an actor, a case and an audit record; the audit chain holds.
 * Today's cases have one instant stage: who submits is the only officer there is, so the first half holds by their shape.
 */
export const auditPromise: PromiseCheck = {
  no: 6,
  title: '同一办件受办审分离，处处留痕',
  check: async ({ on, region }) => {
    const found = findings();
    const say = async (query: ReturnType<typeof sql<{ object: string }>>, text: string): Promise<void> => {
      for (const row of await rows(on, query)) found.violation(row.object, text);
    };
    await say(
      sql<{ object: string }>`select 'case:' || case_no as object from casework_case
                              where region = ${region} and (actor_id = '' or actor_name = '')`,
      '办件没有经办人',
    );
    await say(
      sql<{ object: string }>`
        select 'case:' || c.case_no as object from casework_case c
        where c.region = ${region} and not exists (
          select 1 from platform_audit a where a.region = c.region and a.object = 'case:' || c.case_no and a.action like 'item.submit %')`,
      '办件提交没有审计记录',
    );
    await say(
      sql<{ object: string }>`
        select 'case:' || c.case_no as object from casework_case c
        where c.region = ${region} and c.state = 'REVOKED' and (coalesce(c.revoked_by, '') = '' or not exists (
          select 1 from platform_audit a where a.region = c.region and a.object = 'case:' || c.case_no and a.action like 'item.undo %'))`,
      '办件撤销没有经办人或审计记录',
    );
    const written = [
      { table: 'collection_assessment', key: 'assessment_id', what: '核定' },
      { table: 'collection_bill', key: 'bill_no', what: '单据' },
      { table: 'enrolment_span', key: 'span_id', what: '参保关系' },
      { table: 'wages_declaration', key: 'wage_id', what: '工资申报' },
    ];
    for (const { table, key, what } of written) {
      const query = sql<{ object: string }>`
        select ${`${table}:`} || ${sql.ref(key)} as object from ${sql.table(table)} t
        where region = ${region}
          ${table === 'collection_assessment' ? sql`and t.act <> 'UNDO'` : sql``}
          and not exists (select 1 from platform_audit a where a.region = t.region and a.object = 'case:' || t.case_no)`;
      await say(query, `${what}没有对应的办件或审计记录`);
    }
    // An undo is recorded with the case it takes back.
    await say(
      sql<{ object: string }>`
        select 'assessment:' || u.assessment_id as object
        from collection_assessment u
        join collection_due m on m.region = u.region and m.employer_no = u.employer_no and m.assessment_no = u.assessment_no
        left join collection_reversal r on r.region = m.region and r.due_id = m.due_id
        left join collection_due d on d.region = r.region and ${dueIs(sql`r.reverses`)}
        left join collection_assessment w on w.region = d.region and w.assessment_no = d.assessment_no
        where u.region = ${region} and u.act = 'UNDO' and not exists (
          select 1 from platform_audit a where a.region = u.region and a.object = 'case:' || w.case_no and a.action like 'item.undo %')`,
      '撤销核定没有对应的撤销记录',
    );
    await say(
      sql<{ object: string }>`select 'assessment:' || assessment_id as object from collection_assessment
                              where region = ${region} and (actor = '' or actor like '%:')`,
      '核定没有经办人',
    );
    const chain = await verifyChain(on, region, found.violation, await listChainHeads(on, region));
    const { count } = await one(
      on,
      sql<{ count: number }>`select count(*) as count from casework_case where region = ${region}`,
    );
    return { ...found.result(`${count} 件，${chain.checked} 条审计`), head: chain.head };
  },
};
