import { usageError } from './errors.js';

const durationMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses `500ms`, `10s`, `1m30s`, `2h`, `7d`, or a bare number of milliseconds. */
export function parseDurationMs(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) {
    throw usageError(`"${text}" is not a duration`, 'Write for example 500ms, 10s, 1m30s, 2h or 7d.');
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (durationMs[unit ?? ''] ?? 0);
  }
  return Math.round(total);
}

const byteUnits: Record<string, number> = {
  '': 1,
  k: 1000,
  m: 1000 ** 2,
  g: 1000 ** 3,
  t: 1000 ** 4,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
  ti: 1024 ** 4,
};

/** Parses `16384`, `64KB`, `20MB` (decimal) or `1MiB` (binary) into bytes. */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]i?)?b?$/i.exec(text.trim());
  const unit = byteUnits[(match?.[2] ?? '').toLowerCase()];
  if (!match || unit === undefined) {
    throw usageError(`"${text}" is not a number of bytes`, 'Write for example 16384, 64KB, 20MB or 1MiB.');
  }
  return Math.round(Number(match[1]) * unit);
}

/** Parses `key=value`; the value may hold further equals signs and may be empty. */
export function parseKeyValue(text: string): [key: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`"${text}" is not key=value`, 'Write for example retention.ms=60000.');
  return [text.slice(0, at), text.slice(at + 1)];
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' };

/** Parses `\n \t \r \0 \\` and `\xHH` (one byte) in a text. */
export function parseEscapes(text: string): Buffer {
  const parts = text.split(/(\\x[0-9A-Fa-f]{2}|\\.)/s).map((part, index) => {
    if (index % 2 === 0) return Buffer.from(part);
    if (part.length === 4) return Buffer.from(part.slice(2), 'hex');
    const meant = escapes[part.charAt(1)];
    if (meant === undefined)
      throw usageError(`"${part}" is not an escape`, 'Known are \\n \\t \\r \\0 \\xHH \\\\.');
    return Buffer.from(meant);
  });
  return Buffer.concat(parts);
}

/** Parses RFC 3339 (`2026-03-01T12:00:00Z`) or milliseconds since 1970. */
export function parseTimestampMs(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const timestampMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (timestampMs >= 0) return timestampMs;
  throw usageError(`"${text}" is not a time`, 'Write for example 2026-03-01T12:00:00Z, or milliseconds.');
}

/** What a flag has that takes `key=value` any number of times, and leaves the words behind it to the arguments. */
export const keyValueFlag = { multiple: true, multipleNonGreedy: true, helpValue: '<key=value>' } as const;
