import { createHash, verify as verifyRsa, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { certificateDer, issuerAsn1 } from './cms.ts';

export type SignatureCheck = {
  readonly valid: boolean;
  /** Common name of the certificate that signed; absent without a readable signature. */
  readonly signerName?: string;
  readonly reason?: string;
  /** SHA-256 of the certificate that signed, hex: compare it with the agency's own before you trust it. */
  readonly certificateDigest?: string;
  /** Why it is not valid, for the log. */
  readonly problem?: string;
};

const BYTE_RANGE = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g;

/**
 * Checks the signature of a PDF: exactly one signature, its ByteRange covers the whole file but the signature itself, the digest of these bytes is the
 * signed one, and the CMS signature is right under the certificate inside. Whose certificate that is, the caller decides.
 */
export function verifySignature(pdf: Uint8Array): SignatureCheck {
  try {
    return check(Buffer.from(pdf));
  } catch (error) {
    return { valid: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

function check(pdf: Buffer): SignatureCheck {
  const text = pdf.toString('latin1');
  const ranges = [...text.matchAll(BYTE_RANGE)];
  if (ranges.length !== 1) return { valid: false, problem: `${ranges.length} signatures` };
  const [start, length, resume, rest] = ranges[0]!.slice(1).map(Number) as [number, number, number, number];
  const hex = text.slice(length, resume);
  if (start !== 0 || resume + rest !== pdf.length || !/^<[0-9a-f]+>$/.test(hex)) {
    return { valid: false, problem: 'the signature does not cover the whole file' };
  }
  const signed = Buffer.concat([pdf.subarray(0, length), pdf.subarray(resume)]);
  const cms = readCms(Buffer.from(hex.slice(1, -1), 'hex'));
  const digest = createHash('sha256').update(signed).digest();
  const facts = {
    signerName: cms.signerName,
    reason: readReason(text, ranges[0]!.index),
    certificateDigest: createHash('sha256').update(cms.certificate.raw).digest('hex'),
  };
  if (!digest.equals(cms.messageDigest))
    return { valid: false, ...facts, problem: 'the file was changed after signing' };
  const right = verifyRsa('sha256', cms.signedAttributes, cms.certificate.publicKey, cms.signature);
  return right
    ? { valid: true, ...facts }
    : { valid: false, ...facts, problem: 'the signature is not by this certificate' };
}

type Cms = {
  readonly certificate: X509Certificate;
  readonly signerName: string;
  readonly messageDigest: Buffer;
  /** DER of the attributes as SET OF: what RSA signed (RFC 5652 §5.4). */
  readonly signedAttributes: Buffer;
  readonly signature: Buffer;
};

function readCms(padded: Buffer): Cms {
  const asn1 = forge.asn1.fromDer(forge.util.createBuffer(unpadded(padded).toString('binary')));
  const message = forge.pkcs7.messageFromAsn1(asn1) as forge.pkcs7.PkcsSignedData & { rawCapture: Capture };
  const { serial, issuer } = signerIdentity(message.rawCapture);
  const certificates = message.certificates.map((certificate) => toX509(certificate));
  const certificate = certificates.find((one) => one.serial === serial && one.issuer === issuer);
  if (!certificate) throw new Error('no certificate for the signer');
  const attributes = message.rawCapture.authenticatedAttributes;
  const set = forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.SET, true, attributes);
  return {
    certificate: certificate.x509,
    signerName: certificate.name,
    messageDigest: messageDigest(attributes),
    signedAttributes: Buffer.from(forge.asn1.toDer(set).getBytes(), 'binary'),
    signature: Buffer.from(message.rawCapture.signature, 'binary'),
  };
}

/** What forge keeps of the parsed SignerInfo; its typings call it any. */
type Capture = {
  readonly serial: string;
  readonly issuer: forge.asn1.Asn1;
  readonly authenticatedAttributes: forge.asn1.Asn1[];
  readonly signature: string;
};

function signerIdentity(capture: Capture): { serial: string; issuer: string } {
  return {
    serial: forge.util.bytesToHex(capture.serial),
    issuer: derHex(capture.issuer),
  };
}

function toX509(certificate: forge.pki.Certificate): {
  serial: string;
  issuer: string;
  name: string;
  x509: X509Certificate;
} {
  const x509 = new X509Certificate(certificateDer(certificate));
  const name = /^CN=(.*)$/m.exec(x509.subject)?.[1] ?? '';
  return {
    serial: certificate.serialNumber,
    issuer: derHex(issuerAsn1(certificate)),
    name,
    x509,
  };
}

/** Cuts the zeros that fill the placeholder; the length stands in the DER header, 30 82 hh ll. */
function unpadded(padded: Buffer): Buffer {
  if (padded[0] !== 0x30 || padded[1] !== 0x82) throw new Error('not a CMS message');
  const end = 4 + padded.readUInt16BE(2);
  if (padded.subarray(end).some((octet) => octet !== 0)) throw new Error('octets behind the CMS message');
  return padded.subarray(0, end);
}

function derHex(value: forge.asn1.Asn1): string {
  return forge.util.bytesToHex(forge.asn1.toDer(value).getBytes());
}

function messageDigest(attributes: readonly forge.asn1.Asn1[]): Buffer {
  for (const attribute of attributes) {
    const [type, values] = attribute.value as [forge.asn1.Asn1, forge.asn1.Asn1];
    if (forge.asn1.derToOid(type.value as string) !== forge.pki.oids.messageDigest) continue;
    const [value] = values.value as [forge.asn1.Asn1];
    return Buffer.from(value.value as string, 'binary');
  }
  throw new Error('no message digest');
}

/** /Reason of the signature dictionary as signPdf writes it: UTF-16BE in hexadecimal. */
function readReason(text: string, byteRangeAt: number): string | undefined {
  const dictionary = text.slice(text.lastIndexOf(' obj', byteRangeAt), text.indexOf('endobj', byteRangeAt));
  const hex = /\/Reason\s*<FEFF((?:[0-9A-F]{4})*)>/.exec(dictionary)?.[1];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex').swap16().toString('utf16le');
}
