import { createRequire } from 'node:module';
import type * as Library from 'qrcode';

const load = createRequire(import.meta.url);

/** A QR code as SVG text, one path, four modules of quiet zone. */
export function qrSvg(text: string): string {
  // Loaded with the first code, not at the start.
  const { create } = load('qrcode') as typeof Library;
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const quiet = 4;
  const size = modules.size + 2 * quiet;
  let path = '';
  for (let y = 0; y < modules.size; y += 1) {
    // A bar for the dark modules that touch each other: half as many shapes to draw.
    for (let x = 0, end = 0; x < modules.size; x = end + 1) {
      for (end = x; end < modules.size && modules.get(y, end); ) end += 1;
      if (end > x) path += `M${x + quiet} ${y + quiet}h${end - x}v1h${x - end}z`;
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${size * 4}" height="${size * 4}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
}
