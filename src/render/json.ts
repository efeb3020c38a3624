/**
 * JSON as the output contract wants it: int64 values (bigint) are numbers in full, `undefined` is left out,
 * keys keep the order they were given in. JSON.stringify cannot: it refuses bigint.
 * @param indent spaces a level; 0 puts the whole document on one line
 */
export function renderJson(value: unknown, indent: number): string {
  return write(value, indent, indent === 0 ? '' : '\n');
}

function write(value: unknown, indent: number, lineStart: string): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = indent === 0 ? '' : lineStart + ' '.repeat(indent);
  if (Array.isArray(value)) {
    const items = value.map((item) => inner + write(item, indent, inner));
    return items.length === 0 ? '[]' : `[${items.join(',')}${lineStart}]`;
  }
  const colon = indent === 0 ? ':' : ': ';
  const fields = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${inner}${JSON.stringify(key)}${colon}${write(item, indent, inner)}`);
  return fields.length === 0 ? '{}' : `{${fields.join(',')}${lineStart}}`;
}
