import { stripVTControlCharacters } from 'node:util';
import { KctlError, usageError } from '../base/errors.js';
import { nearestNames } from '../base/names.js';

/** What oclif's parser throws, as far as it can be relied upon. */
interface ParserError extends Error {
  /** Words that look like flags and are none. */
  flags?: unknown;
  parse?: { input?: { flags?: Record<string, unknown> } };
}

/** A usage error in our words of whatever the parsing of a command line threw. */
export function parseFailure(thrown: unknown): KctlError {
  if (!(thrown instanceof Error)) return usageError(String(thrown));
  if (thrown instanceof KctlError) return usageError(wordsOf(thrown), thrown.hint);
  const { flags, parse } = thrown as ParserError;
  if (!Array.isArray(flags)) return usageError(wordsOf(thrown), 'See the same command with --help.');
  const unknown = flags.map((flag) => String(flag).split('=', 1)[0] ?? '');
  const known = Object.keys(parse?.input?.flags ?? {}).map((name) => `--${name}`);
  const near = unknown.flatMap((flag) => nearestNames(flag, known));
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'See the same command with --help.';
  return usageError(`there is no flag ${unknown.join(', ')} here`, hint);
}

/** The first thing that oclif says: it writes over several lines and in colour, and adds advice. */
function wordsOf(error: Error): string {
  const [first = ''] = stripVTControlCharacters(error.message)
    .replace(/\nSee more help with --help$/, '')
    .split('\n\n');
  return first
    .replace(/^Parsing (--\S+)\s+/, '$1: ')
    .replace(/^The following errors? occurred:\s+/, '')
    .replace(/^(--\S+?)(?:=\S*)? cannot also be provided when using (--\S+)/, '$1 and $2 exclude each other')
    .replace(/\s*\n\s*/g, ' ');
}
