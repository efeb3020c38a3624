import { pause } from '../base/deadline.js';
import { readManifest } from '../base/manifest.js';
import { parseDurationMs } from '../base/parse.js';
import { type Candidate, type Wanted, wantedAt } from './line.js';
import { liveNames } from './live.js';

/** How long somebody who pressed Tab is kept waiting, counted from the start of the process, unless they say longer. */
const defaultPatienceMs = 300;
/** What is left for printing and ending. */
const reserveMs = 30;

/** What a shell does with names of files. */
export const filesMark = ':files';

/**
 * The candidates for the last word of a line, a line each: the word, and behind a tab what it means. Whatever fails or
 * takes too long gives no candidates, and says nothing: it would stand in the middle of what is being typed.
 */
export async function complete(words: readonly string[]): Promise<string> {
  const wanted = wantedAt(words, readManifest());
  if (wanted.files) return `${filesMark}\n`;
  const candidates = [...wanted.candidates, ...(await liveCandidates(wanted, words.at(-1) ?? ''))];
  return candidates
    .map(({ value, description }) => (description ? `${value}\t${description}\n` : `${value}\n`))
    .join('');
}

async function liveCandidates(
  { live, before = '', after = '', flags }: Wanted,
  typed: string,
): Promise<Candidate[]> {
  const { KCTL_COMPLETION_TIMEOUT: patience } = process.env;
  const patienceMs = patience ? parseDurationMs(patience) : defaultPatienceMs;
  const remainingMs = patienceMs - reserveMs - process.uptime() * 1000;
  if (live === undefined || remainingMs <= 0) return [];
  // In a list of names the last one is being typed.
  const listed = live === 'context' ? '' : typed.slice(0, typed.lastIndexOf(',') + 1);
  const prefix = listed === '' ? before : listed;
  const names = await Promise.race([
    liveNames(live, flags, remainingMs).catch(() => []),
    pause(remainingMs).then(() => []),
  ]);
  return names
    .map((name) => ({ value: `${prefix}${name}${after}` }))
    .filter(({ value }) => value.startsWith(typed));
}
