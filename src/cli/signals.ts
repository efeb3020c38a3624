import { ExitCode, KctlError } from '../base/errors.js';

/**
 * SIGINT, SIGTERM and SIGHUP ask the command to end; the second one ends the process at once.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #exitCode: ExitCode | undefined;

  constructor() {
    for (const [signal, exitCode] of Object.entries(exitCodes)) {
      process.on(signal, () => {
        if (this.#exitCode !== undefined) process.exit(exitCode);
        this.#exitCode = exitCode;
        this.#controller.abort(new KctlError(`interrupted by ${signal}`, { code: 'INTERRUPTED', exitCode }));
      });
    }
  }

  /** Its reason is a KctlError whose exit code says by which. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What to exit with, once interrupted. */
  get exitCode(): ExitCode | undefined {
    return this.#exitCode;
  }
}

const exitCodes = {
  SIGINT: ExitCode.interrupted,
  SIGTERM: ExitCode.terminated,
  SIGHUP: ExitCode.terminated,
} as const;
