/** How long a command may take when nothing else is said. */
export const defaultTimeoutMs = 10_000;

/** Neither Node's timers nor the timeouts inside Kafka's requests hold more than an int32: 24 days. */
const longestTimeoutMs = 2 ** 31 - 1;

/** A clock that nobody sets. Unlike `performance`, Node has it without loading a module. */
const monotonicMs = () => process.uptime() * 1000;

/** A point in time that a whole command, and every request inside it, must keep to. */
export class Deadline {
  readonly timeoutMs: number;
  readonly atMs: number;

  constructor(timeoutMs: number) {
    this.timeoutMs = Math.min(timeoutMs, longestTimeoutMs);
    this.atMs = monotonicMs() + this.timeoutMs;
  }

  remainingMs(): number {
    return Math.max(0, this.atMs - monotonicMs());
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
