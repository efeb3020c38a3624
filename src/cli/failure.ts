import { ExitCode, KctlError, messageOf } from '../base/errors.js';
import { renderJson } from '../base/json.js';
import type { ItemError } from '../base/result.js';

/** What `-o json` shows of an error on stderr, a line each. */
export interface ErrorDocument {
  kind: 'Error';
  version: 1;
  /** What it is about, where the command did several things. */
  subject?: string;
  code: string;
  message: string;
  words?: string;
  hint?: string;
  exitCode: ExitCode;
}

/** Anything that was thrown as an expected failure; what was not expected says so. */
export function failureOf(thrown: unknown): KctlError {
  if (thrown instanceof KctlError) return thrown;
  return new KctlError(`kctl met an error it did not expect: ${messageOf(thrown)}`, {
    code: 'UNEXPECTED',
    hint: 'Run it again with --debug and report what it prints.',
    cause: thrown,
  });
}

/** What failed, the words of whoever refused it, what to do: a line each, or one line of JSON. */
export function renderFailure(failure: KctlError, json: boolean): string {
  const { code, exitCode, hint, message, words } = failure;
  if (json)
    return renderError({ code, message, ...(words ? { words } : {}), ...(hint ? { hint } : {}), exitCode });
  return [
    `error: ${message}`,
    ...(words && !message.includes(words) ? [`  ${words}`] : []),
    ...(hint ? [`  ${hint}`] : []),
  ].join('\n');
}

/** The same for an item that failed while others may have succeeded. */
export function renderItemError(error: ItemError, json: boolean): string {
  const { code, exitCode = ExitCode.failed, hint, message, subject } = error;
  if (json) return renderError({ subject, code, message, ...(hint ? { hint } : {}), exitCode });
  const what = namesSubject(message, subject) ? message : `${subject}: ${message}`;
  return `error: ${what} (${code})${hint ? `\n  ${hint}` : ''}`;
}

/** Whether a text says by itself what it is about: "there is no group g" of group g. */
function namesSubject(text: string, subject: string): boolean {
  const at = text.indexOf(subject);
  const isPartOfAWord =
    /[\w.-]$/.test(text.slice(0, at)) || /^([\w-]|\.\w)/.test(text.slice(at + subject.length));
  return at >= 0 && !isPartOfAWord;
}

function renderError(error: Omit<ErrorDocument, 'kind' | 'version'>): string {
  const document: ErrorDocument = { kind: 'Error', version: 1, ...error };
  return renderJson(document, 0);
}

/**
 * Whether errors are to be JSON, told from the words of the command line as they are: they may be what could
 * not be parsed.
 */
export function wantsJson(words: string[], env = process.env): boolean {
  const line = ownWords(words).join(' ');
  if (/(?:^| )--json(?: |$)/.test(line)) return true;
  const output = /(?:^| )(?:--output[ =]|-o[ =]?)(\S+)/.exec(line)?.[1] ?? env.KCTL_OUTPUT;
  return output === 'json' || output === 'ndjson';
}

export function wantsDebug(words: string[], env = process.env): boolean {
  return ownWords(words).includes('--debug') || /^(1|true|y|yes)$/i.test(env.KCTL_DEBUG ?? '');
}

/** Behind `--` stand words that are not kctl's. */
export function ownWords(words: string[]): string[] {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
}
