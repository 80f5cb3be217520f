/** The shape of the policy files: dated, sourced values of one region. */

export type PolicySource = {
  readonly title: string;
  readonly docNo?: string;
  readonly date: string;
  /** What was really read. */
  readonly seen: string;
  /** A full text · B several second-hand sources agree · C one second-hand source · D from memory or a product default. */
  readonly confidence: 'A' | 'B' | 'C' | 'D';
};

/** One value of a range: `from` inclusive, `to` exclusive (null is open), in the unit the key's rule counts in. */
export type PolicyBracket = { readonly from: number; readonly to: number | null; readonly value: number };

/** One value per grade, age or year. */
export type PolicyByKey = Readonly<Record<string, number>>;

/** Integers (fen, ppm, months … by the key) or text; tables hold integers. */
export type PolicyData = number | string | PolicyByKey | readonly PolicyBracket[];

export type PolicyStatus = 'verified' | 'unverified';

export type PolicyEntry = {
  readonly key: string;
  /** Its unit and shape are the key's (`src/rules/keys/`). `null`: known to be unknown here – no parent's value stands in for it. */
  readonly value: PolicyData | null;
  /** A month or a day, inclusive. */
  readonly from: string;
  /** Inclusive; null is open. */
  readonly to: string | null;
  readonly source: string;
  readonly article?: string;
  readonly status: PolicyStatus;
  readonly note?: string;
};

export type PolicyFile = {
  /** One region, or several that share the values. */
  readonly region: string | readonly string[];
  readonly sources: Readonly<Record<string, PolicySource>>;
  readonly values: readonly PolicyEntry[];
};

/** 统筹区: a 6-digit GB/T 2260 code; 100000 stands for the whole country. */
export type Region = {
  readonly code: string;
  readonly name: string;
  readonly parent: string | null;
};

/** The agency of a region, as it stands on what it prints. */
export type Office = {
  /** 经办机构 printed on bills and certificates. */
  readonly officeName: string;
  /** Title of the employer's certificate (HB-CERT-02). */
  readonly certificateTitle: string;
  /** Printed under a bill (HB-BILL-01); `{deadline}` and the words of the office are filled in. */
  readonly billNotes: readonly string[];
  /** The verification platform named in the certificate's notes (HB-CERT-04). */
  readonly verificationPlatform: string;
};
