/** How long a command may take when nothing else is said. */
export const defaultTimeoutMs = 10_000;

/** A point in time that a whole command, and every request inside it, must keep to. */
export class Deadline {
  readonly atMs: number;

  constructor(readonly timeoutMs: number) {
    this.atMs = performance.now() + timeoutMs;
  }

  remainingMs(): number {
    return Math.max(0, this.atMs - performance.now());
  }

  get passed(): boolean {
    return this.remainingMs() === 0;
  }
}

/** Waits, or returns at once when the signal is given. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
