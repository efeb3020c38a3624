/** The exit codes of the output contract (docs/design.md, section 5): the same for every command and format. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  notFound: 4,
  checkFailed: 5,
  timedOut: 6,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface KctlErrorDetails {
  /** A stable word for scripts: Kafka's error name, a system code such as ECONNREFUSED, or one of kctl's own. */
  code: string;
  exitCode?: ExitCode;
  /** The broker's or the system's own words, where they say more than the message does. */
  words?: string;
  /** What to do next. */
  hint?: string;
  cause?: unknown;
}

/**
 * An expected failure: the message says what failed, `words` why in the words of whoever refused it,
 * `hint` what to do. Anything else that is thrown is a bug and shown as one.
 */
export class KctlError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly words: string | undefined;
  readonly hint: string | undefined;

  constructor(message: string, details: KctlErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'KctlError';
    this.code = details.code;
    this.exitCode = details.exitCode ?? ExitCode.failed;
    this.words = details.words;
    this.hint = details.hint;
  }
}

/** Wrong words on the command line, found after parsing. */
export function usageError(message: string, hint?: string): KctlError {
  return new KctlError(message, { code: 'USAGE', exitCode: ExitCode.usage, ...(hint ? { hint } : {}) });
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
