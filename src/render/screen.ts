/** How many lines of how many characters a terminal shows. */
export interface ScreenSize {
  rows: number;
  columns: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour a text
const colourOrCharacter = /\x1b\[[0-9;]*m|./gsu;
const uncoloured = '\x1b[0m';

/** Pure: the lines of a text that fit on a screen, each cut where it would go on; colours take no room. */
export function fitScreen(text: string, { columns, rows }: ScreenSize): string[] {
  const lines = text.replace(/\n$/, '').split('\n').slice(0, rows);
  return lines.map((line) => fitLine(line, columns));
}

function fitLine(line: string, columns: number): string {
  let room = columns;
  let fitting = '';
  for (const [token] of line.matchAll(colourOrCharacter)) {
    if (token.startsWith('\x1b')) fitting += token;
    else if (room-- > 0) fitting += token;
    else return fitting.includes('\x1b') ? fitting + uncoloured : fitting;
  }
  return fitting;
}
