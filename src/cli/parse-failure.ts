import { stripVTControlCharacters } from 'node:util';
import { KctlError, usageError } from '../base/errors.js';
import { nearestNames } from '../base/names.js';

/** What oclif's parser throws, as far as it can be relied upon: it marks its errors with `oclif.exit`. */
interface ParserError extends Error {
  oclif?: { exit?: number };
  /** Words that look like flags and are none. */
  flags?: unknown;
  parse?: { input?: { flags?: Record<string, unknown> } };
}

/** A usage error in our words of what oclif's parser threw; undefined when something else threw. */
export function parseFailure(thrown: unknown): KctlError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if (thrown instanceof KctlError) {
    return thrown.message.startsWith(wrapped) ? usageError(wordsOf(thrown), thrown.hint) : undefined;
  }
  const { flags, oclif, parse } = thrown as ParserError;
  if (oclif?.exit === undefined) return undefined;
  if (!Array.isArray(flags)) return usageError(wordsOf(thrown), 'See the same command with --help.');
  const unknown = flags.map((flag) => String(flag).split('=', 1)[0] ?? '');
  const known = Object.keys(parse?.input?.flags ?? {}).map((name) => `--${name}`);
  const near = unknown.flatMap((flag) => nearestNames(flag, known));
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'See the same command with --help.';
  return usageError(`there is no flag ${unknown.join(', ')} here`, hint);
}

/** How the message begins of an error that a flag's own parser threw. */
const wrapped = 'Parsing --';

/** The first thing that oclif says: it writes over several lines and in colour, and adds advice. */
function wordsOf(error: Error): string {
  const [first = ''] = stripVTControlCharacters(error.message)
    .replace(/\nSee more help with --help$/, '')
    .split('\n\n');
  return first
    .replace(/^Parsing (--\S+)\s+/, '$1: ')
    .replace(/^The following errors? occurred:\s+/, '')
    .replace(/\s*\n\s*/g, ' ');
}
