import { randomUUID } from 'node:crypto';

/**
 * JSON as the output contract wants it: int64 values (bigint) are numbers in full, `undefined` is left out,
 * keys keep the order they were given in, and nothing in it can drive a terminal. JSON.stringify refuses bigint.
 * @param indent spaces a level; 0 puts the whole document on one line
 */
export function renderJson(value: unknown, indent: number): string {
  return write(value, indent, indent === 0 ? '' : '\n');
}

function write(value: unknown, indent: number, lineStart: string): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = indent === 0 ? '' : lineStart + ' '.repeat(indent);
  if (Array.isArray(value)) {
    const items = value.map((item) => inner + write(item, indent, inner));
    return items.length === 0 ? '[]' : `[${items.join(',')}${lineStart}]`;
  }
  const colon = indent === 0 ? ':' : ': ';
  const fields = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${inner}${quote(key)}${colon}${write(item, indent, inner)}`);
  return fields.length === 0 ? '{}' : `{${fields.join(',')}${lineStart}}`;
}

/** JSON.stringify leaves the control characters of C1 and Unicode's marks of direction as they are. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Strings, to be passed over, and integers long enough that a double may not hold them. */
const longIntegers = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?[1-9]\d{15,}(?![\d.eE])/g;

/**
 * Parses JSON without losing digits: integers that a double does not print in the same digits become bigint.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const mark = `\u0000${randomUUID()} `;
  const marked = text.replace(longIntegers, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : JSON.stringify(mark + token),
  );
  return JSON.parse(marked, (_, value) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}
