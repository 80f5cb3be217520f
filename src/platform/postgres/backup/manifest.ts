import { createHash } from 'node:crypto';

/** What PostgreSQL says a base copy consists of: every file with its length and SHA-256, without the log. */
export type Manifest = { readonly files: ReadonlyMap<string, { readonly size: number; readonly sha256: string }> };

type ManifestFile = {
  readonly Path?: string;
  readonly 'Encoded-Path'?: string;
  readonly Size: number;
  readonly 'Checksum-Algorithm'?: string;
  readonly Checksum?: string;
};

/** The manifest ends with the digest of all its lines but the last. */
const OWN_DIGEST = /"Manifest-Checksum":\s*"([0-9a-f]{64})"\}\s*$/;

/** @throws Error when the manifest does not match its own digest or was made without SHA-256. */
export function readManifest(bytes: Buffer): Manifest {
  const content = bytes.toString('utf8');
  const said = OWN_DIGEST.exec(content);
  const digest = createHash('sha256')
    .update(content.slice(0, said?.index ?? 0))
    .digest('hex');
  if (!said || said[1] !== digest) throw new Error('备份清单已损坏：与它自己的校验和不符');
  const files = new Map<string, { size: number; sha256: string }>();
  for (const file of (JSON.parse(content) as { Files: readonly ManifestFile[] }).Files) {
    const path = file.Path ?? Buffer.from(file['Encoded-Path'] ?? '', 'hex').toString('utf8');
    if (file['Checksum-Algorithm'] !== 'SHA256' || !file.Checksum) throw new Error(`备份清单里 ${path} 没有 SHA-256`);
    files.set(path, { size: file.Size, sha256: file.Checksum });
  }
  return { files };
}

/** The log is not in the manifest: its records carry their own checksums. */
function isLog(path: string): boolean {
  return path.startsWith('pg_wal/');
}

/** Files of the copy that are not the ones the manifest names: changed, missing, or too many. Sentences for people. */
export function differences(manifest: Manifest, found: ReadonlyMap<string, string>): string[] {
  const sentences: string[] = [];
  for (const [path, { sha256 }] of manifest.files) {
    const have = found.get(path);
    if (have === undefined) sentences.push(`缺少 ${path}`);
    else if (have !== sha256) sentences.push(`${path} 与清单不符`);
  }
  for (const path of found.keys()) {
    if (!manifest.files.has(path) && !isLog(path)) sentences.push(`多出 ${path}`);
  }
  return sentences;
}

/** @throws Error with the first few differences. */
export function refuseDifferences(sentences: readonly string[]): void {
  if (sentences.length === 0) return;
  const shown = sentences.slice(0, 5).join('；');
  throw new Error(`备份已损坏，不能使用：${shown}${sentences.length > 5 ? `……共 ${sentences.length} 处` : ''}`);
}
