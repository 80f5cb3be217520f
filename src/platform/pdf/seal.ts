/** 电子签章的图形：round red seal, the office's name on the arc, a five-pointed star, 业务专用章 below. The legal force is in the signature. */
const SIZE = 160;
const CENTRE = SIZE / 2;
const RED = '#c4161c';
const FONT = 'Noto Sans SC';

/** Characters of the arc keep this angle at most, so that a short name does not stretch round the seal. */
const MAX_STEP_DEGREES = 24;
const MAX_ARC_DEGREES = 250;

export function agencySeal(officeName: string, purpose = '业务专用章'): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" width="${SIZE}" height="${SIZE}">`,
    `<circle cx="${CENTRE}" cy="${CENTRE}" r="76" fill="none" stroke="${RED}" stroke-width="4"/>`,
    `<path d="${star(CENTRE, CENTRE, 24)}" fill="${RED}"/>`,
    arc(officeName),
    `<text x="${CENTRE}" y="${CENTRE + 50}" font-family="${FONT}" font-size="13" text-anchor="middle" fill="${RED}">${escapeXml(purpose)}</text>`,
    '</svg>',
  ].join('');
}

/** Each character is set and turned by itself: text on a path is not drawn alike everywhere. */
function arc(text: string): string {
  const characters = [...text];
  const step = Math.min(MAX_STEP_DEGREES, MAX_ARC_DEGREES / Math.max(1, characters.length - 1));
  const size = step < 14 ? 12 : step < 18 ? 14 : 17;
  const first = (-step * (characters.length - 1)) / 2;
  return characters
    .map((character, index) => {
      const angle = (first + index * step).toFixed(2);
      return `<g transform="rotate(${angle} ${CENTRE} ${CENTRE})"><text x="${CENTRE}" y="${CENTRE - 56}" font-family="${FONT}" font-size="${size}" text-anchor="middle" fill="${RED}">${escapeXml(character)}</text></g>`;
    })
    .join('');
}

function star(x: number, y: number, radius: number): string {
  const inner = radius * 0.382;
  const points = Array.from({ length: 10 }, (_, index) => {
    const angle = -Math.PI / 2 + (index * Math.PI) / 5;
    const reach = index % 2 === 0 ? radius : inner;
    return `${(x + reach * Math.cos(angle)).toFixed(2)},${(y + reach * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${points.join('L')}Z`;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
