import { type Deadline, pause } from '../../base/deadline.js';
import { ExitCode, KctlError } from '../../base/errors.js';

const pollMs = 5;

/** Tries until it holds; a broker that cannot be reached yet is one that is still starting. */
export async function poll(what: string, deadline: Deadline, holds: () => Promise<boolean>): Promise<void> {
  let last: unknown;
  while (!deadline.passed) {
    try {
      if (await holds()) return;
    } catch (error) {
      if (!(error instanceof KctlError)) throw error;
      last = error;
    }
    await pause(pollMs);
  }
  throw new KctlError(
    `the cluster is not ready after ${Math.round(deadline.timeoutMs / 1000)} s: ${what} did not come about`,
    {
      code: 'NOT_READY',
      exitCode: ExitCode.timedOut,
      ...(last instanceof KctlError ? { words: last.message } : {}),
      cause: last,
    },
  );
}
