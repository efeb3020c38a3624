/**
 * Text of a cluster (a host, a group's name, a broker's own words) may hold anything. Control characters could
 * drive the terminal that shows it, and marks of direction (Unicode UAX #9) could turn what it says around.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** One line of text for people: what is not to be printed is shown as an escape, such as `\x1b` or `\n`. */
export function printable(text: string): string {
  return text.replace(unprintable, escapeOf);
}

/** As `printable`, but line feeds and tabs stay what they are. */
export function printableLines(text: string): string {
  return text.replace(unprintable, (char) => (char === '\n' || char === '\t' ? char : escapeOf(char)));
}

function escapeOf(char: string): string {
  const short = shortEscapes[char];
  if (short !== undefined) return short;
  const code = char.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code}`;
}

const shortEscapes: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };
