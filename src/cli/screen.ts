import type { ScreenSize } from '../render/screen.js';

const enter = '\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J';
const leave = '\x1b[?25h\x1b[?1049l';
const interrupt = '\x03';
const suspend = '\x1a';
/** What arrows and other such keys send; nothing here is done by one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const sequence = /\x1b(?:\[[0-9;]*[ -~]|O[ -~])?/g;

/**
 * The terminal as a screen that is drawn again and again in place, and gives single keys. It is left as it was
 * found, however the process ends, unless by SIGKILL: its other screen, its cursor, and its mode.
 */
export class Screen {
  readonly #onKey: (key: string) => void;
  readonly #onChange: () => void;
  #isOpen = false;

  /** @param onChange told when what is shown must be drawn again: another size, or back from being suspended */
  constructor(handlers: { onKey(key: string): void; onChange(): void }) {
    this.#onKey = handlers.onKey;
    this.#onChange = handlers.onChange;
    process.stdout.on('resize', this.#onChange);
    if (process.stdin.isTTY) process.stdin.on('data', this.#take);
    process.on('SIGCONT', this.#resume);
    process.on('exit', this.#restore);
    this.#enter();
  }

  get size(): ScreenSize {
    const { columns = 80, rows = 24 } = process.stdout;
    return { columns, rows };
  }

  draw(lines: string[]): void {
    if (!this.#isOpen) return;
    process.stdout.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
  }

  close(): void {
    process.stdout.off('resize', this.#onChange);
    process.off('SIGCONT', this.#resume);
    process.off('exit', this.#restore);
    this.#restore();
    process.stdin.off('data', this.#take).pause();
  }

  #enter(): void {
    this.#isOpen = true;
    this.#setRaw(true);
    process.stdout.write(enter);
  }

  /** Writing to a terminal and setting its mode are done when the calls return, so that this serves at exit too. */
  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.stdout.write(leave);
    this.#setRaw(false);
  };

  /** Keys come one by one, and Ctrl-C as a character; without a terminal to type at there are none. */
  #setRaw(isRaw: boolean): void {
    if (process.stdin.isTTY) process.stdin.setRawMode(isRaw);
  }

  readonly #take = (bytes: Buffer): void => {
    for (const key of bytes.toString().replace(sequence, '')) {
      if (key === interrupt) process.kill(process.pid, 'SIGINT');
      else if (key === suspend) this.#suspend();
      else this.#onKey(key);
    }
  };

  #suspend(): void {
    this.#restore();
    process.kill(process.pid, 'SIGSTOP');
  }

  readonly #resume = (): void => {
    if (!this.#isOpen) this.#enter();
    this.#onChange();
  };
}
