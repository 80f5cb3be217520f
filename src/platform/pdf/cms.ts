import { createHash, createPrivateKey, type KeyObject, sign as rsaSign } from 'node:crypto';
import { Signer } from '@signpdf/signpdf';
import forge from 'node-forge';

/** A PKCS#12 with the private key, the leaf certificate and the CA that issued it. */
export type SigningIdentity = { readonly p12: Uint8Array; readonly passphrase: string };

type OpenedIdentity = {
  readonly key: KeyObject;
  readonly leaf: forge.pki.Certificate;
  readonly certificates: readonly forge.pki.Certificate[];
};

/** Opening a PKCS#12 costs more than signing; the key of the office stays open as long as its identity is held. */
const opened = new WeakMap<SigningIdentity, OpenedIdentity>();

export function openIdentity(identity: SigningIdentity): OpenedIdentity {
  const known = opened.get(identity);
  if (known) return known;
  const asn1 = forge.asn1.fromDer(Buffer.from(identity.p12).toString('binary'));
  const p12 = forge.pkcs12.pkcs12FromAsn1(asn1, false, identity.passphrase);
  const { certBag = '', pkcs8ShroudedKeyBag = '' } = forge.pki.oids;
  const secret = p12.getBags({ bagType: pkcs8ShroudedKeyBag })[pkcs8ShroudedKeyBag]?.[0]?.key;
  if (!secret) throw new Error('the PKCS#12 has no private key');
  const certificates = (p12.getBags({ bagType: certBag })[certBag] ?? []).flatMap((bag) =>
    bag.cert ? [bag.cert] : [],
  );
  const rsa = secret as forge.pki.rsa.PrivateKey;
  const leaf = certificates.find((one) => (one.publicKey as forge.pki.rsa.PublicKey).n.equals(rsa.n));
  if (!leaf) throw new Error('the PKCS#12 has no certificate for its key');
  const result: OpenedIdentity = { key: createPrivateKey(forge.pki.privateKeyToPem(secret)), leaf, certificates };
  opened.set(identity, result);
  return result;
}

/** DER of a certificate as it was issued. */
export function certificateDer(certificate: forge.pki.Certificate): Buffer {
  return Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), 'binary');
}

/** The issuer exactly as it stands in the certificate. forge would encode a Chinese name a second time. */
export function issuerAsn1(certificate: forge.pki.Certificate): forge.asn1.Asn1 {
  const fields = forge.pki.certificateToAsn1(certificate).value as forge.asn1.Asn1[];
  const tbs = fields[0]!.value as forge.asn1.Asn1[];
  // version [0], serialNumber, signature, issuer
  return tbs[3]!;
}

/**
 * Makes the detached CMS SignedData (RFC 5652) over the bytes of a PDF: SHA-256, RSA PKCS#1 v1.5, attributes content type, signing time,
 * message digest. Own encoding instead of forge's pkcs7 because that breaks names that are not ASCII and signs in slow JavaScript.
 */
export class CmsSigner extends Signer {
  readonly #identity: OpenedIdentity;
  readonly #at: Date;

  constructor(identity: SigningIdentity, at: Date) {
    super();
    this.#identity = openIdentity(identity);
    this.#at = at;
  }

  override async sign(content: Buffer): Promise<Buffer> {
    const { key, leaf, certificates } = this.#identity;
    const digest = createHash('sha256').update(content).digest();
    const attributes = [
      attribute('contentType', oid('data')),
      attribute('signingTime', primitive('UTCTIME', forge.asn1.dateToUtcTime(this.#at))),
      attribute('messageDigest', primitive('OCTETSTRING', digest.toString('binary'))),
    ];
    const signed = Buffer.from(forge.asn1.toDer(constructed('SET', sortDer(attributes))).getBytes(), 'binary');
    const signature = rsaSign('sha256', signed, key).toString('binary');
    const signerInfo = constructed('SEQUENCE', [
      integer(1),
      constructed('SEQUENCE', [issuerAsn1(leaf), primitive('INTEGER', forge.util.hexToBytes(leaf.serialNumber))]),
      algorithm('sha256'),
      tagged(0, sortDer(attributes)),
      algorithm('rsaEncryption'),
      primitive('OCTETSTRING', signature),
    ]);
    const signedData = constructed('SEQUENCE', [
      integer(1),
      constructed('SET', [algorithm('sha256')]),
      constructed('SEQUENCE', [oid('data')]),
      tagged(
        0,
        certificates.map((one) => forge.pki.certificateToAsn1(one)),
      ),
      constructed('SET', [signerInfo]),
    ]);
    const message = constructed('SEQUENCE', [oid('signedData'), tagged(0, [signedData])]);
    return Buffer.from(forge.asn1.toDer(message).getBytes(), 'binary');
  }
}

type TypeName = 'SET' | 'SEQUENCE' | 'OCTETSTRING' | 'UTCTIME' | 'INTEGER' | 'OID' | 'NULL';

function primitive(type: TypeName, value: string): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type[type], false, value);
}

function constructed(type: TypeName, value: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type[type], true, value);
}

function tagged(tag: number, value: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.CONTEXT_SPECIFIC, tag as forge.asn1.Type, true, value);
}

function integer(value: number): forge.asn1.Asn1 {
  return primitive('INTEGER', forge.asn1.integerToDer(value).getBytes());
}

function oid(name: string): forge.asn1.Asn1 {
  return primitive('OID', forge.asn1.oidToDer(forge.pki.oids[name]!).getBytes());
}

function algorithm(name: string): forge.asn1.Asn1 {
  return constructed('SEQUENCE', [oid(name), primitive('NULL', '')]);
}

function attribute(name: string, value: forge.asn1.Asn1): forge.asn1.Asn1 {
  return constructed('SEQUENCE', [oid(name), constructed('SET', [value])]);
}

/** DER sorts the members of a SET OF by their octets. */
function sortDer(values: readonly forge.asn1.Asn1[]): forge.asn1.Asn1[] {
  const octets = (value: forge.asn1.Asn1) => Buffer.from(forge.asn1.toDer(value).getBytes(), 'binary');
  return values.toSorted((a, b) => Buffer.compare(octets(a), octets(b)));
}
