import { ExitCode, KctlError, messageOf } from './errors.js';

/** One thing that failed while others may have succeeded; it marks its own row and the exit code. */
export interface ItemError {
  /** What it is about, as the user would name it: `topic bier-bar`, `broker 2`, `bier-bar-0`. */
  subject: string;
  /** Kafka's error name or kctl's word for it. */
  code: string;
  /** The broker's own words where it gave any. */
  message: string;
  hint?: string;
  /** What this item alone would exit with; `failed` when absent. */
  exitCode?: ExitCode;
}

/** What a command answers: the JSON document, and what every other format is a view of. */
export interface ResultDocument {
  kind: string;
  version: number;
  warnings?: string[];
  errors?: ItemError[];
}

export interface ListDocument<Item> extends ResultDocument {
  items: Item[];
  warnings: string[];
  errors: ItemError[];
}

/** A list document; `items` and `errors` are put in the order given by the caller. */
export function listDocument<Item>(
  kind: string,
  version: number,
  items: Item[],
  errors: ItemError[] = [],
  warnings: string[] = [],
): ListDocument<Item> {
  return { kind, version, items, warnings, errors };
}

/** Turns something thrown into the error of one item. */
export function itemError(subject: string, error: unknown): ItemError {
  if (!(error instanceof KctlError)) return { subject, code: 'UNEXPECTED', message: messageOf(error) };
  const { code, exitCode, hint, words, message } = error;
  return { subject, code, message: words ?? message, exitCode, ...(hint ? { hint } : {}) };
}

/**
 * The exit code of a document: 0 without errors; unreachable, not found and the like only when nothing
 * succeeded and every item failed so; a check that did not hold when nothing else failed; else 1.
 */
export function exitCodeOf(document: ResultDocument): ExitCode {
  const errors = document.errors ?? [];
  const first = errors[0];
  if (!first) return ExitCode.done;
  const items = (document as Partial<ListDocument<unknown>>).items;
  const nothingSucceeded = items === undefined || items.length === 0;
  const code = first.exitCode ?? ExitCode.failed;
  const alike = errors.every((error) => (error.exitCode ?? ExitCode.failed) === code);
  return alike && (nothingSucceeded || code === ExitCode.checkFailed) ? code : ExitCode.failed;
}
