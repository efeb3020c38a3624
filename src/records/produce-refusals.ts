import type { KctlError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';

interface Group {
  code: string;
  message: string;
  hint: string | undefined;
  lines: number[];
  count: number;
}

/** Lines named in one error, at most. */
const linesNamed = 20;

/** The lines that were not taken: told at once when the others go on, and in all at the end. */
export class Refusals {
  /** Lines that could not be read as records. */
  badLines = 0;
  readonly #stop = new AbortController();
  readonly #groups = new Map<string, Group>();

  constructor(
    private readonly onError: 'stop' | 'continue',
    private readonly note: (text: string) => void,
  ) {}

  /** Aborted when a line was not taken and the others are not to go on. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Lines that the broker did not take. */
  add(lines: number[], { code, words, message, hint }: KctlError): void {
    this.#add(lines, { code, message: words ?? message, hint });
  }

  /** A line that is not a record in the form that was asked for. */
  addBadLine(line: number, problem: string): void {
    this.badLines += 1;
    this.#add([line], { code: 'INVALID_LINE', message: `it ${problem}`, hint: undefined });
  }

  /** One error for each reason. */
  errors(): ItemError[] {
    return [...this.#groups.values()].map(({ code, message, hint, lines, count }) => {
      const more = count - lines.length;
      const subject = `${nameLines(lines)}${more > 0 ? ` and ${more} more` : ''}`;
      return { subject, code, message, ...(hint ? { hint } : {}) };
    });
  }

  #add(lines: number[], reason: { code: string; message: string; hint: string | undefined }): void {
    const key = `${reason.code} ${reason.message}`;
    const group = this.#groups.get(key) ?? { ...reason, lines: [], count: 0 };
    this.#groups.set(key, group);
    group.count += lines.length;
    group.lines.push(...lines.slice(0, Math.max(0, linesNamed - group.lines.length)));
    if (this.onError === 'stop') this.#stop.abort();
    else
      this.note(`${nameLines(lines.slice(0, linesNamed))} was not taken: ${reason.message} (${reason.code})`);
  }
}

function nameLines(lines: number[]): string {
  return `line${lines.length === 1 ? '' : 's'} ${lines.join(', ')}`;
}
