import { generateKeyPairSync } from 'node:crypto';
import { plainAddPlaceholder } from '@signpdf/placeholder-plain';
import { SignPdf } from '@signpdf/signpdf';
import forge from 'node-forge';
import { type Moment, momentToMs } from '../../kernel/month.ts';
import { CmsSigner, type SigningIdentity } from './cms.ts';

export type { SigningIdentity } from './cms.ts';

export type SignOptions = {
  /** 签章事由. */
  readonly reason: string;
  /** Who signs: the office. */
  readonly name: string;
  readonly at: Moment;
  readonly location?: string;
};

/**
 * Signs the finished file by an incremental update (adbe.pkcs7.detached, CMS with RSA and SHA-256). Nothing may be changed
 * afterwards. It lacks the attribute of a PAdES-B signature and must not be called that.
 */
export async function signPdf(pdf: Uint8Array, signer: SigningIdentity, options: SignOptions): Promise<Uint8Array> {
  const at = new Date(momentToMs(options.at));
  const texts = [
    { key: 'Reason', text: options.reason },
    { key: 'Name', text: options.name },
    { key: 'Location', text: options.location ?? '' },
  ];
  const [reason = '', name = '', location = ''] = texts.map(({ text }) => filler(text));
  const prepared = plainAddPlaceholder({
    pdfBuffer: Buffer.from(pdf),
    reason,
    contactInfo: '',
    name,
    location,
    signingTime: at,
    signatureLength: SIGNATURE_BYTES,
    appName: 'Tongzheng',
  });
  for (const { key, text } of texts) writeText(prepared, key, text);
  return new Uint8Array(await new SignPdf().sign(prepared, new CmsSigner(signer, at)));
}

/** The library writes Chinese text in a wrong encoding; so it writes a filler of the same length, which we replace before signing. */
function filler(text: string): string {
  return 'x'.repeat(utf16Hex(text).length);
}

function utf16Hex(text: string): string {
  return text === '' ? '' : Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('hex').toUpperCase();
}

function writeText(pdf: Buffer, key: string, text: string): void {
  if (text === '') return;
  const at = pdf.lastIndexOf(`/${key} (${filler(text)})`);
  if (at < 0) throw new Error(`no /${key} in the signature dictionary`);
  pdf.write(`/${key} <${utf16Hex(text)}>`, at, 'latin1');
}

/** Two certificates, attributes and an RSA-2048 signature need about 2.6 kB. */
const SIGNATURE_BYTES = 6144;
const YEARS = 10;

/** A self-signed CA and a leaf under it, for an agency without a certificate of its own (demo and test). */
export function createSigningIdentity(commonName: string, passphrase: string, from: Moment): SigningIdentity {
  const ca = keyPair();
  const leaf = keyPair();
  const caName = `${commonName} 签章根证书`;
  const caCertificate = certificate(caName, caName, '01', ca.publicKey, ca.privateKey, from, true);
  const leafCertificate = certificate(commonName, caName, '02', leaf.publicKey, ca.privateKey, from, false);
  const asn1 = forge.pkcs12.toPkcs12Asn1(leaf.privateKey, [leafCertificate, caCertificate], passphrase, {
    algorithm: '3des',
    friendlyName: 'tongzheng',
  });
  return { p12: Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary'), passphrase };
}

/** Node makes the key (0.1 s); forge would take seconds. */
function keyPair(): forge.pki.rsa.KeyPair {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const secret = forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
  return { privateKey: secret, publicKey: forge.pki.setRsaPublicKey(secret.n, secret.e) };
}

function certificate(
  subject: string,
  issuer: string,
  serial: string,
  publicKey: forge.pki.rsa.PublicKey,
  issuerKey: forge.pki.rsa.PrivateKey,
  from: Moment,
  isCa: boolean,
): forge.pki.Certificate {
  const result = forge.pki.createCertificate();
  result.publicKey = publicKey;
  result.serialNumber = serial;
  result.validity.notBefore = new Date(momentToMs(from));
  result.validity.notAfter = new Date(momentToMs(from));
  result.validity.notAfter.setUTCFullYear(result.validity.notAfter.getUTCFullYear() + YEARS);
  result.setSubject(distinguishedName(subject));
  result.setIssuer(distinguishedName(issuer));
  result.setExtensions([
    { name: 'basicConstraints', cA: isCa, critical: true },
    isCa
      ? { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }
      : { name: 'keyUsage', digitalSignature: true, nonRepudiation: true, critical: true },
  ]);
  result.sign(issuerKey, forge.md.sha256.create());
  return result;
}

/** forge takes UTF-8 octets for a UTF8String (its typings lack the field). */
function distinguishedName(text: string): forge.pki.CertificateField[] {
  return [
    {
      name: 'commonName',
      value: text,
      valueTagClass: forge.asn1.Type.UTF8 as unknown as forge.asn1.Class,
    },
  ];
}
