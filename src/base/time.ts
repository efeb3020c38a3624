import { usageError } from './errors.js';
import { parseDurationMs } from './parse.js';

/** Below this a bare number is no date of Kafka's in milliseconds (it was 1973), but one in seconds. */
const leastEpochMs = 100_000_000_000;

const clock =
  /^(?:(now)|(?:(today|yesterday|\d{4}-\d{2}-\d{2})(?:[T ]|$))?(?:(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?)$/i;

/**
 * A point in time, in epoch milliseconds: RFC 3339 (`2026-05-01T10:00:00Z`; the time, or the zone, which then is the
 * system's, may be left out), epoch milliseconds, `now`, `today`, `yesterday 10:00`, `10:00`, or how long ago (`15m`).
 */
export function parseTime(text: string, now = new Date()): number {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed) && Number(trimmed) >= leastEpochMs) return Number(trimmed);
  if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(trimmed)) return now.getTime() - parseDurationMs(trimmed);
  const [whole, isNow, day, time, zone] = clock.exec(trimmed) ?? [];
  if (isNow) return now.getTime();
  const hours = time?.replace(/^\d:/, '0$&') ?? '00:00';
  const at = whole ? Date.parse(`${dateOf(day, now)}T${hours}${zone?.toUpperCase() ?? ''}`) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw usageError(
    `"${text}" is not a time`,
    'Write 2026-05-01T10:00:00Z, yesterday 10:00, 15m (that long ago) or epoch milliseconds.',
  );
}

function dateOf(day: string | undefined, now: Date): string {
  const name = day?.toLowerCase();
  if (name !== undefined && name !== 'today' && name !== 'yesterday') return name;
  const date = new Date(now);
  if (name === 'yesterday') date.setDate(date.getDate() - 1);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
