import { KctlError } from '../base/errors.js';

/** An integer as the server wrote it: a bigint only where a number would lose digits. */
export type Integer = number | bigint;

/** One server's answer, and which of its lines nobody understood. */
export class Answer {
  readonly lines: string[];
  readonly #unread: string[] = [];

  /** @param subject whose answer it is to what, for errors: `127.0.0.1:2181 to stat` */
  constructor(
    readonly text: string,
    private readonly subject: string,
  ) {
    this.lines = text.split(/\r?\n/);
  }

  /** The lines that say something. */
  get spoken(): string[] {
    return this.lines.filter((line) => line.trim() !== '');
  }

  /** Remembers a line that is not understood: newer servers may say more than this program knows. */
  skip(line: string): void {
    this.#unread.push(line);
  }

  get skipped(): number {
    return this.#unread.length;
  }

  /** True when the answer says something and nothing of it was understood. */
  get foreign(): boolean {
    return this.#unread.length > 0 && this.#unread.length === this.spoken.length;
  }

  /** The first group of the first line that matches. */
  find(pattern: RegExp): string | undefined {
    for (const line of this.lines) {
      const match = pattern.exec(line);
      if (match) return match[1];
    }
    return undefined;
  }

  /** As `find`, for what an answer must have. */
  require(what: string, pattern: RegExp): string {
    return this.find(pattern) ?? this.malformed(`it has no ${what}`);
  }

  malformed(why: string): never {
    throw new KctlError(`the answer of ${this.subject} is not one that ZooKeeper gives: ${why}`, {
      code: 'MALFORMED_ANSWER',
      words: JSON.stringify(this.text.slice(0, 120)),
      hint: 'See it as it came with --raw.',
    });
  }

  /** An int64 in decimal digits. */
  integer(what: string, text: string | undefined): Integer {
    const value = readNumber(text ?? '');
    return typeof value === 'string' || !isInteger(value) ? this.malformed(`${what} is not a number`) : value;
  }

  /** A decimal number, such as an average. */
  decimal(what: string, text: string | undefined): number {
    const value = readNumber(text ?? '');
    return typeof value === 'string' ? this.malformed(`${what} is not a number`) : Number(value);
  }
}

/** A number where the text is one (an int64, or a Java double), else the text. */
export function readNumber(text: string): Integer | string {
  if (/^-?\d{1,19}$/.test(text)) {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : BigInt(text);
  }
  if (/^-?\d{1,20}\.\d{1,20}(E-?\d{1,3})?$/.test(text) && Number.isFinite(Number(text))) return Number(text);
  return text;
}

function isInteger(value: Integer): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

/** The text before and after the first separator; undefined where there is none. */
export function splitAt(text: string, separator: string): [before: string, after: string] | undefined {
  const at = text.indexOf(separator);
  return at < 1 ? undefined : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Orders by UTF-16 code units, the same everywhere, as the servers' own order changes from call to call. */
export function byText<Item>(textOf: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => {
    const [left, right] = [textOf(a), textOf(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
}
