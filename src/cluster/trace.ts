const longestLine = 1000;

/** Takes one line of what `--debug` shows. */
export type Trace = (line: string) => void;

/**
 * A message's body for the trace, on one line. What may be secret is never in it: bytes (passwords of SASL, HMACs of
 * tokens, salted passwords, records) are told by their number, and so are the values of configurations.
 */
export function describeBody(body: unknown): string {
  const text = describe(body, '');
  return text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
}

/** So much of a list is shown: a trace is to be read. */
const longestList = 20;

function describe(value: unknown, name: string): string {
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  if (typeof value === 'string')
    return name === 'value' ? `<${value.length} characters>` : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    const shown = value.slice(0, longestList).map((each) => describe(each, name));
    const rest = value.length - shown.length;
    return `[${shown.join(', ')}${rest > 0 ? `, … ${rest} more` : ''}]`;
  }
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${fields.map(([field, each]) => `${field}: ${describe(each, field)}`).join(', ')}}`;
}
