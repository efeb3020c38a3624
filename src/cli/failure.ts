import { ExitCode, KctlError, messageOf } from '../base/errors.js';

export interface Failure {
  exitCode: ExitCode;
  /** A line each: what failed, the words of whoever refused it, what to do. */
  lines: string[];
  document: {
    kind: 'Error';
    version: 1;
    code: string;
    message: string;
    words?: string;
    hint?: string;
    exitCode: ExitCode;
  };
}

/** Makes one failure, in every form it is shown in, of anything that was thrown. */
export function failureOf(thrown: unknown): Failure {
  const error = asKctlError(thrown);
  const { code, exitCode, hint, message, words } = error;
  const lines = [message];
  if (words && !message.includes(words)) lines.push(`  ${words}`);
  if (hint) lines.push(`  ${hint}`);
  return {
    exitCode,
    lines,
    document: {
      kind: 'Error',
      version: 1,
      code,
      message,
      ...(words ? { words } : {}),
      ...(hint ? { hint } : {}),
      exitCode,
    },
  };
}

function asKctlError(thrown: unknown): KctlError {
  if (thrown instanceof KctlError) return thrown;
  const usage = parserExit(thrown);
  if (usage !== undefined) {
    const text = messageOf(thrown).replace(/\nSee more help with --help$/, '');
    return new KctlError(text, {
      code: 'USAGE',
      exitCode: ExitCode.usage,
      hint: 'See the same command with --help.',
      cause: thrown,
    });
  }
  return new KctlError(`kctl met an error it did not expect: ${messageOf(thrown)}`, {
    code: 'UNEXPECTED',
    hint: 'Run it again with --debug and report what it prints.',
    cause: thrown,
  });
}

/** oclif's parser marks its errors with `oclif.exit`, and with nothing else that can be relied upon. */
function parserExit(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('oclif' in thrown)) return undefined;
  return (thrown.oclif as { exit?: number }).exit;
}
