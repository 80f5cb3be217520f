/** Backup and restore of a whole cluster by PostgreSQL's own replication protocol: no dump tools, embedded server or one of your own. */
export { archiveSettings } from './archive.ts';
export { type BackupDescription, readable, readDescription } from './folder.ts';
export type { RecoveryTarget } from './recover.ts';
export { type Restored, type RestoreOptions, restoreBackup } from './restore.ts';
export { type TakeBackupOptions, takeBackup } from './take.ts';
export { readThrough } from './unpack.ts';
