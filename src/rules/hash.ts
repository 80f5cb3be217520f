/** SHA-256 (FIPS 180-4) of a text, in plain code: the rules' hash must be synchronous and the same in a browser. */

function constants(): { readonly k: Uint32Array; readonly h: Uint32Array } {
  const k = new Uint32Array(64);
  const h = new Uint32Array(8);
  let found = 0;
  for (let candidate = 2; found < 64; candidate += 1) {
    let prime = true;
    for (let d = 2; d * d <= candidate; d += 1) if (candidate % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) h[found] = fraction(candidate ** (1 / 2));
    k[found] = fraction(candidate ** (1 / 3));
    found += 1;
  }
  return { k, h };
}

/** First 32 bits of the fractional part. */
function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

const { k: K, h: H } = constants();

export function sha256Hex(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const data = new Uint8Array(length);
  data.set(bytes);
  data[bytes.length] = 0x80;
  const view = new DataView(data.buffer);
  view.setUint32(length - 8, Math.floor((bytes.length * 8) / 2 ** 32));
  view.setUint32(length - 4, (bytes.length * 8) >>> 0);
  const state = Uint32Array.from(H);
  const w = new Uint32Array(64);
  for (let offset = 0; offset < length; offset += 64) block(view, offset, w, state);
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

function rotate(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n));
}

function block(view: DataView, offset: number, w: Uint32Array, state: Uint32Array): void {
  for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(offset + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const a = w[i - 15]!;
    const b = w[i - 2]!;
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
  }
  const v = Array.from(state);
  for (let i = 0; i < 64; i += 1) {
    const [a, b, c, d, e, f, g, h] = v as [number, number, number, number, number, number, number, number];
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    v.pop();
    v.unshift((t1 + t2) | 0);
    v[4] = (d + t1) | 0;
  }
  for (let i = 0; i < 8; i += 1) state[i] = state[i]! + v[i]!;
}
