import { type CivilDate, dateOf } from '../../kernel/month.ts';
import { type Services, systemActor, transact } from '../../platform/services.ts';
import { renderBill } from '../documents/bill.ts';
import { signingIdentity } from './signing.ts';

/** The first document of a process costs seconds (fonts, template, key): one that nobody gets is made before somebody waits for it. */
export async function warmDocuments(services: Services, officeName: string): Promise<void> {
  const now = services.clock.now();
  const today: CivilDate = dateOf(now);
  const pdf = await renderBill(
    {
      billNo: '0'.repeat(16),
      employerNo: '',
      employerName: officeName,
      officeName,
      issuedOn: today,
      deadline: today,
      rows: [],
      totalFen: 0,
      totalWords: '零元整',
      kinds: [],
      billNotes: [],
      verifyUrl: 'http://localhost/verify',
      authCode: '',
      voided: true,
    },
    now,
  );
  const identity = await transact(services, systemActor('archive.warm'), (ctx) => signingIdentity(ctx, officeName));
  const { signPdf } = await import('../../platform/pdf/sign.ts');
  await signPdf(pdf, identity, { reason: '启动预热', name: officeName, at: now });
}
