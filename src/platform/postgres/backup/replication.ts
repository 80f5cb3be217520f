import pg from 'pg';

/** Where in the log a copy begins or ends. */
export type LogPosition = { readonly lsn: string; readonly timeline: number };

export type BaseBackupReceiver = {
  /** Estimated bytes of the whole copy, before the first piece. */
  size(bytes: number): void;
  /** A piece of the tar part; valid only during the call. */
  part(chunk: Buffer): void;
  manifest(chunk: Buffer): void;
};

export type BaseBackupEnds = { readonly start: LogPosition; readonly end: LogPosition };

type Row = readonly (string | null)[];
type DataRow = { readonly fields: readonly (Buffer | string | null)[] };

const SLOT = 'tongzheng_backup';

/** A second tablespace would be a second part with links to folders of that machine; nothing of ours makes one. */
class TablespaceError extends Error {
  override name = 'TablespaceError';
}

/**
 * The answer to BASE_BACKUP: rows (where it starts, what there is), one COPY whose messages are told apart by their first byte, rows again
 * (where it ends). Duck-typed as node-postgres wants its queries; only this sub-protocol is understood.
 */
class BaseBackupQuery {
  readonly rows: Row[] = [];
  #archives = 0;
  #inManifest = false;
  #failure: Error | undefined;
  readonly #text: string;
  readonly #receiver: BaseBackupReceiver;
  readonly #done: (error?: Error) => void;

  constructor(text: string, receiver: BaseBackupReceiver, done: (error?: Error) => void) {
    this.#text = text;
    this.#receiver = receiver;
    this.#done = done;
  }

  submit(connection: { query(text: string): void }): void {
    connection.query(this.#text);
  }

  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}

  handleDataRow(message: DataRow): void {
    const row = message.fields.map((field) => (field === null ? null : String(field)));
    this.rows.push(row);
    // The second result lists the tablespaces; its last column is kilobytes.
    if (this.rows.length === 2) this.#receiver.size(Number(row[2] ?? 0) * 1024);
  }

  handleCopyData(message: { readonly chunk: Buffer }, connection: { readonly stream: { destroy(): void } }): void {
    if (this.#failure) return;
    try {
      this.#take(message.chunk);
    } catch (error) {
      // Thrown on, it would end the process: this is called from the socket.
      this.#failure = error as Error;
      connection.stream.destroy();
    }
  }

  #take(chunk: Buffer): void {
    const content = chunk.subarray(1);
    switch (String.fromCharCode(chunk[0] ?? 0)) {
      case 'n':
        this.#archives += 1;
        if (this.#archives > 1) throw new TablespaceError('数据库使用了另外的表空间，这里的备份只管默认表空间');
        return;
      case 'm':
        this.#inManifest = true;
        return;
      case 'd':
        if (this.#inManifest) this.#receiver.manifest(content);
        else this.#receiver.part(content);
        return;
      default:
        // 'p': progress; we count ourselves.
        return;
    }
  }

  handleError(error: Error): void {
    this.#done(this.#failure ?? error);
  }

  handleReadyForQuery(): void {
    this.#done();
  }
}

function position(row: Row | undefined): LogPosition {
  return { lsn: String(row?.[0]), timeline: Number(row?.[1]) };
}

/** Names and numbers in the answer of a server, for the sentence a person reads. */
export function explainServerError(error: Error & { readonly code?: string }, host: string): Error {
  const said = error.message;
  if (error.code === '42501' || /replication/i.test(said)) {
    const why = /pg_hba/.test(said)
      ? `pg_hba.conf 没有允许复制连接，请为备份所用的角色加一行 host replication（${said}）`
      : `备份所用的数据库角色没有 REPLICATION 权限，请由管理员执行 ALTER ROLE … REPLICATION（${said}）`;
    return new Error(`不能从 ${host} 取得备份：${why}`, { cause: error });
  }
  if (error.code === '53300' || /max_wal_senders/.test(said)) {
    return new Error(`不能从 ${host} 取得备份：复制连接已用完，请调大 max_wal_senders（${said}）`, { cause: error });
  }
  return new Error(`从 ${host} 取备份时出错：${said}`, { cause: error });
}

/**
 * Copies a whole running cluster over a replication connection, between backup start and stop, with the log that makes it whole: what
 * every PostgreSQL from 15 on sends by itself, so no dump tools are needed. Everything committed before the end is in it.
 */
export async function baseBackup(url: string, label: string, receiver: BaseBackupReceiver): Promise<BaseBackupEnds> {
  const { host } = new URL(url);
  const config = { connectionString: url, replication: 'true', application_name: 'tongzheng-backup' };
  const client = new pg.Client(config as pg.ClientConfig);
  client.on('error', () => undefined);
  try {
    await client.connect();
    // Keeps the log of the copy from being recycled before it was sent; gone with the connection.
    await client.query(`CREATE_REPLICATION_SLOT ${SLOT}_${process.pid} TEMPORARY PHYSICAL (RESERVE_WAL)`);
    const quoted = label.replaceAll("'", '');
    const rows = await new Promise<readonly Row[]>((done, fail) => {
      const query = new BaseBackupQuery(
        `BASE_BACKUP (LABEL '${quoted}', PROGRESS true, CHECKPOINT 'fast', WAL true, WAIT false, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')`,
        receiver,
        (error) => (error ? fail(error) : done(query.rows)),
      );
      client.query(query as unknown as pg.Submittable);
    });
    return { start: position(rows[0]), end: position(rows.at(-1)) };
  } catch (error) {
    if (error instanceof TablespaceError) throw error;
    throw explainServerError(error as Error, host);
  } finally {
    await client.end().catch(() => undefined);
  }
}
