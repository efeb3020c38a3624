import { once } from 'node:events';

/**
 * The process's streams as commands see them. stdout is the result and nothing else; everything said to a
 * person goes to stderr. A reader that closes stdout early (`| head`) is no error: `closed` is aborted.
 */
export class Streams {
  readonly #closed = new AbortController();

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#closed.abort();
    });
    // A reader of stderr that went away must not take the command with it.
    process.stderr.on('error', () => {});
  }

  /** Aborted when nobody reads stdout any more. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  get input(): NodeJS.ReadStream {
    return process.stdin;
  }

  get inputIsTty(): boolean {
    return process.stdin.isTTY === true;
  }

  get outputIsTty(): boolean {
    return process.stdout.isTTY === true;
  }

  /** Colour is for people who have not refused it. */
  get colour(): boolean {
    return this.outputIsTty && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  }

  /** Writes to stdout and waits while its reader is slow. Resolves at once when nobody reads any more. */
  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.closed.aborted || chunk.length === 0) return;
    if (process.stdout.write(chunk)) return;
    await once(process.stdout, 'drain', { signal: this.closed }).catch(() => {});
  }

  /** Resolves when everything written so far has left the process. */
  flush(): Promise<void> {
    if (this.closed.aborted) return Promise.resolve();
    return new Promise((resolve) => process.stdout.write('', () => resolve()));
  }

  /** A note, a warning or an error, a line each, on stderr. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** Asks on the terminal; only to be called when `inputIsTty`. */
  async ask(question: string): Promise<string> {
    const { createInterface } = await import('node:readline/promises');
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await prompt.question(question);
    } finally {
      prompt.close();
    }
  }
}
