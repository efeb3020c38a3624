import { ExitCode } from '../base/errors.js';
import { printableLines } from '../render/printable.js';

/**
 * The process's streams as commands see them. stdout is the result and nothing else; everything said to a
 * person goes to stderr. A reader that closes stdout early (`| head`) is no error: `closed` is aborted.
 */
export class Streams {
  readonly #closed = new AbortController();
  /** How many lines of progress stand on the terminal. */
  #progressLines = 0;

  constructor() {
    // oclif's Command listens too, and throws where nobody can catch it.
    process.stdout.removeAllListeners('error');
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      this.#closed.abort();
      if (error.code === 'EPIPE') return;
      process.stderr.write(`error: cannot write to stdout: ${error.message}\n`);
      process.exit(ExitCode.failed);
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

  /** A terminal whose lines can be written anew. */
  get outputIsScreen(): boolean {
    return this.outputIsTty && process.env.TERM !== 'dumb';
  }

  /** Colour is for people who have not refused it. */
  get colour(): boolean {
    return this.outputIsScreen && !process.env.NO_COLOR;
  }

  /** Writes to stdout; resolves when all of it has left the process, or nobody reads any more. */
  write(chunk: string | Uint8Array): Promise<void> {
    if (this.closed.aborted || chunk.length === 0) return Promise.resolve();
    if (this.outputIsTty) this.#endProgress();
    return new Promise((resolve) => process.stdout.write(chunk, () => resolve()));
  }

  /** A note, a warning or an error, on stderr; it may quote what a cluster said. */
  note(text: string): void {
    this.#endProgress();
    process.stderr.write(`${printableLines(text)}\n`);
  }

  /** Progress is shown on a terminal only. */
  get showsProgress(): boolean {
    return process.stderr.isTTY === true;
  }

  /** How far something is, in a line or several: it stands in for what was said so before, and goes with what follows. */
  progress(text: string): void {
    if (!this.showsProgress) return;
    const lines = printableLines(text)
      .split('\n')
      .map((line) => line.slice(0, process.stderr.columns - 1));
    this.#endProgress();
    process.stderr.write(lines.join('\n'));
    this.#progressLines = lines.length;
  }

  #endProgress(): void {
    if (this.#progressLines === 0) return;
    const up = this.#progressLines - 1;
    process.stderr.write(`${up > 0 ? `\x1b[${up}A` : ''}\r\x1b[J`);
    this.#progressLines = 0;
  }

  /**
   * Asks on the terminal; only to be called when `inputIsTty`. Ctrl-C there ends the process as it does elsewhere.
   * @returns the empty string when the input ends without an answer
   */
  async ask(question: string): Promise<string> {
    const { createInterface } = await import('node:readline');
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    return new Promise((resolve) => {
      prompt.once('SIGINT', () => {
        prompt.close();
        process.kill(process.pid, 'SIGINT');
      });
      prompt.once('close', () => resolve(''));
      prompt.question(printableLines(question), (answer) => {
        resolve(answer);
        prompt.close();
      });
    });
  }

  /** Asks for a secret, which is not shown; undefined where there is no terminal. */
  async askSecret(question: string): Promise<string | undefined> {
    if (!this.inputIsTty) return undefined;
    const { Writable } = await import('node:stream');
    const { createInterface } = await import('node:readline');
    process.stderr.write(printableLines(question));
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
    return new Promise((resolve) => {
      prompt.once('SIGINT', () => {
        prompt.close();
        process.kill(process.pid, 'SIGINT');
      });
      prompt.once('close', () => resolve(undefined));
      prompt.question('', (answer) => {
        process.stderr.write('\n');
        resolve(answer);
        prompt.close();
      });
    });
  }
}
