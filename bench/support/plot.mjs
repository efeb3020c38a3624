const width = 760;
const barStart = 300;
const barHeight = 15;
const rowHeight = 20;
const titleHeight = 34;

/**
 * Bars of medians as SVG, a group for each comparison with a scale of its own: shorter is faster.
 * @param comparisons each with a title and rows of a name and milliseconds
 */
export function plot(comparisons) {
  const parts = [];
  let y = 8;
  for (const { title, rows } of comparisons) {
    const longestMs = Math.max(...rows.map(({ ms }) => ms));
    parts.push(`<text x="8" y="${y + 20}" class="title">${escapeText(title)}</text>`);
    y += titleHeight;
    for (const { name, ms } of rows) {
      const length = Math.max(1, Math.round((ms / longestMs) * (width - barStart - 80)));
      const plain = name.replaceAll('`', '');
      parts.push(
        `<text x="${barStart - 8}" y="${y + 12}" class="name">${escapeText(plain)}</text>`,
        `<rect x="${barStart}" y="${y}" width="${length}" height="${barHeight}" class="${/kctl|^--/.test(plain) ? 'kctl' : 'other'}"/>`,
        `<text x="${barStart + length + 6}" y="${y + 12}">${ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`}</text>`,
      );
      y += rowHeight;
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y + 8}" viewBox="0 0 ${width} ${y + 8}">
<style>
text { font: 12px sans-serif; fill: #333 }
.title { font-weight: bold; font-size: 13px }
.name { text-anchor: end }
.kctl { fill: #1a7f5a }
.other { fill: #b8bec6 }
</style>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function escapeText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
