import type { Verb } from '../world.ts';
import { advance, setClock, settle } from './clock.ts';
import { issueCertificate, printBill, verifyCertificate, verifyFile } from './documents.ts';
import { lookAtBill, lookAtCase, lookAtEmployer, lookAtPerson, preview, submit, undoCase } from './items.ts';
import { exempt, openEmployer, overlay } from './opening.ts';
import { integrity, runJob } from './operations.ts';
import { actAs } from './session.ts';
import { fault, tax } from './tax.ts';
import { errorReport, mendWorkbook, submitWorkbook, uploadWorkbook } from './workbook.ts';

/** Every step a story can take, by its first word (docs/stories.md lists them with their fields). */
export const VERBS: Readonly<Record<string, Verb>> = {
  时钟: setClock,
  推进: advance,
  等交换安静: settle,
  测试参数: overlay,
  单位: openEmployer,
  不可做账: exempt,
  身份: actAs,
  预演: preview,
  办理: submit,
  导盘: uploadWorkbook,
  提交导盘: submitWorkbook,
  改导盘: mendWorkbook,
  下载错误报告: errorReport,
  撤销办件: undoCase,
  查办件: lookAtCase,
  查单据: lookAtBill,
  查人员: lookAtPerson,
  查本单位: lookAtEmployer,
  打印单据: printBill,
  出具证明: issueCertificate,
  验证证明: verifyCertificate,
  验证文件: verifyFile,
  税务: tax,
  故障: fault,
  作业: runJob,
  完整性: integrity,
};
