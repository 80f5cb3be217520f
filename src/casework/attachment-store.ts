import { createHash } from 'node:crypto';
import { type Executor, first, rows, run, sql } from '../platform/db.ts';
import type { Attachment, HandedIn } from './model.ts';

export async function insertAttachments(
  on: Executor,
  region: string,
  caseNo: string,
  files: readonly HandedIn[],
): Promise<void> {
  for (const [index, file] of files.entries()) {
    await run(
      on,
      sql`insert into casework_attachment (region, case_no, no, field, name, sha256, bytes)
          values (${region}, ${caseNo}, ${index + 1}, ${file.field}, ${file.name},
                  ${createHash('sha256').update(file.bytes).digest('hex')}, ${Buffer.from(file.bytes)})`,
    );
  }
}

export function listAttachments(on: Executor, region: string, caseNo: string): Promise<Attachment[]> {
  return rows(
    on,
    sql<Attachment>`select no, field, name, length(bytes) as size, sha256 from casework_attachment
                    where region = ${region} and case_no = ${caseNo} order by no`,
  );
}

export function readAttachment(
  on: Executor,
  region: string,
  caseNo: string,
  no: number,
): Promise<{ name: string; bytes: Uint8Array } | undefined> {
  return first(
    on,
    sql<{ name: string; bytes: Uint8Array }>`select name, bytes from casework_attachment
                                             where region = ${region} and case_no = ${caseNo} and no = ${no}`,
  );
}
