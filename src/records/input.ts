/**
 * Lines for a producer, as positions in the bytes that were read: nothing is decoded, so that what is not
 * UTF-8 goes through unchanged. A line ends at a line feed and at nothing else: a carriage return before it
 * belongs to the line.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { usageError } from '../base/errors.js';

const LINE_FEED = Buffer.from('\n');

/** Lines that are there to be taken; the same object is filled again for each. */
export interface Lines {
  bytes: Buffer;
  start: number;
  end: number;
  /** Counted from 1 over the whole input. */
  number: number;
  /** Longer than what is kept: `start` to `end` is empty. */
  isTooLong: boolean;
  /** When it came, in milliseconds since 1970. */
  readAtMs: number;
  /** Goes to the next line; false when there is none to be taken now. */
  next(): boolean;
  /**
   * The bytes that lines can be taken from many at a time, by whoever then says so by `skip`; undefined where lines are
   * to be taken one by one.
   */
  rest(): Rest | undefined;
  /** Goes behind the `count` lines that end before `position`. */
  skip(count: number, position: number): void;
}

export interface Rest {
  bytes: Buffer;
  start: number;
  end: number;
  /** The byte that ends a line. */
  delimiter: number;
}

const NO_BYTES = Buffer.alloc(0);

/** Cuts chunks of bytes into lines: at line feeds, at another delimiter, or not at all. */
export class LineCutter implements Lines {
  bytes: Buffer = NO_BYTES;
  start = 0;
  end = 0;
  number = 0;
  isTooLong = false;
  readAtMs = 0;

  readonly #maxLineBytes: number;
  readonly #delimiter: Buffer | number | undefined;
  readonly #delimiterBytes: number;
  #chunk: Buffer = NO_BYTES;
  #position = 0;
  /** The beginning of a line whose end was not there yet. */
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** What may be the beginning of a delimiter. */
  #carried: Buffer = NO_BYTES;
  #ended = false;

  /** @param delimiter what ends a line; null makes one line of everything */
  constructor(maxLineBytes: number, delimiter: Buffer | null = LINE_FEED) {
    this.#maxLineBytes = maxLineBytes;
    this.#delimiterBytes = delimiter?.length ?? 1;
    // A search for one byte is much faster than for a text.
    this.#delimiter = delimiter?.length === 1 ? delimiter[0] : (delimiter ?? undefined);
  }

  /** Gives the next bytes; only when `next()` has answered false. They may change once it answers false again. */
  feed(chunk: Buffer): void {
    this.#chunk = this.#carried.length > 0 ? Buffer.concat([this.#carried, chunk]) : chunk;
    this.#carried = NO_BYTES;
    this.#position = 0;
    this.#ended = false;
    this.readAtMs = Date.now();
  }

  /** There is no more of this source: what is left is its last line, if anything is. */
  finish(): void {
    this.feed(NO_BYTES);
    this.#ended = true;
  }

  next(): boolean {
    const chunk = this.#chunk;
    const start = this.#position;
    const end = this.#delimiter === undefined ? -1 : chunk.indexOf(this.#delimiter, start);
    if (end < 0) return this.#reachEnd(start);
    this.#position = end + this.#delimiterBytes;
    if (this.#keptBytes > 0) {
      this.#keep(chunk.subarray(start, end));
      this.#emitKept();
    } else {
      this.#emit(chunk, start, end);
    }
    return true;
  }

  rest(): Rest | undefined {
    const delimiter = this.#delimiter;
    if (typeof delimiter !== 'number' || this.#keptBytes > 0) return undefined;
    return { bytes: this.#chunk, start: this.#position, end: this.#chunk.length, delimiter };
  }

  skip(count: number, position: number): void {
    this.number += count;
    this.#position = position;
  }

  #reachEnd(start: number): boolean {
    const chunk = this.#chunk;
    const carriedBytes = this.#ended ? 0 : Math.min(this.#delimiterBytes - 1, chunk.length - start);
    this.#carried = Buffer.from(chunk.subarray(chunk.length - carriedBytes));
    this.#keep(chunk.subarray(start, chunk.length - carriedBytes));
    this.#chunk = NO_BYTES;
    this.#position = 0;
    if (!this.#ended || this.#keptBytes === 0) return false;
    this.#emitKept();
    return true;
  }

  /** Beyond the limit bytes are counted, not kept. */
  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#keptBytes += part.length;
    if (this.#keptBytes <= this.#maxLineBytes) this.#kept.push(Buffer.from(part));
    else this.#kept = [];
  }

  #emitKept(): void {
    const line = this.#keptBytes <= this.#maxLineBytes ? Buffer.concat(this.#kept) : NO_BYTES;
    const isTooLong = this.#keptBytes > this.#maxLineBytes;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#emit(line, 0, line.length);
    this.isTooLong = isTooLong;
  }

  #emit(bytes: Buffer, start: number, end: number): void {
    this.isTooLong = end - start > this.#maxLineBytes;
    this.bytes = bytes;
    this.start = start;
    this.end = this.isTooLong ? start : end;
    this.number += 1;
  }
}

/** Where lines come from. */
export interface LineSource {
  /** For messages. */
  name: string;
  open(): AsyncIterable<Buffer> & { destroy(): unknown };
}

/** What went wrong with a source. */
export class InputError extends Error {
  constructor(
    readonly source: string,
    override readonly cause: NodeJS.ErrnoException,
  ) {
    super(cause.message);
  }
}

/**
 * The lines of sources, one after another: each time it yields, those that are there. Ends quietly when `signal`
 * is given. What is read comes to lie in `memory`, if there is any and it fits. @throws InputError
 */
export async function* streamLines(
  sources: Iterable<LineSource>,
  options: {
    maxLineBytes: number;
    delimiter?: Buffer | null;
    signal: AbortSignal;
    memory?: Buffer | undefined;
  },
): AsyncGenerator<Lines> {
  const { maxLineBytes, delimiter, signal, memory } = options;
  const cutter = new LineCutter(maxLineBytes, delimiter);
  for (const { name, open } of sources) {
    if (signal.aborted) return;
    const stream = open();
    const stop = () => stream.destroy();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const chunk of stream) {
        cutter.feed(memory ? movedInto(memory, chunk) : chunk);
        yield cutter;
      }
      cutter.finish();
      yield cutter;
    } catch (error) {
      // A stream that was destroyed ends with an error of its own.
      if (!signal.aborted) throw new InputError(name, error as NodeJS.ErrnoException);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

function movedInto(memory: Buffer, chunk: Buffer): Buffer {
  if (chunk.buffer === memory.buffer || chunk.length > memory.length) return chunk;
  return memory.subarray(0, chunk.copy(memory));
}

const fields: Record<string, (count: number) => string> = {
  now: () => new Date().toISOString(),
  ms: () => String(Date.now()),
  n: (count) => String(count),
  uuid: () => randomUUID(),
};
/** Lines that are made without a pause, at most, before other things get their turn. */
const linesATurn = 500;

/**
 * Lines made from a template, `count` of them or without end: `{now}` (RFC 3339), `{ms}` (since 1970), `{n}`
 * (from 1) and `{uuid}` are filled in as each line is taken. @throws KctlError exit 2 for another name in braces
 */
export async function* templateLines(
  template: string,
  options: { count: number; signal: AbortSignal },
): AsyncGenerator<Lines> {
  const { count, signal } = options;
  const parts = template.split(/\{(\w+)\}/);
  const unknown = parts.find((part, index) => index % 2 === 1 && !Object.hasOwn(fields, part));
  if (unknown !== undefined) {
    throw usageError(`a template has no field {${unknown}}`, 'There are {now}, {ms}, {n} and {uuid}.');
  }
  const made: Lines = {
    bytes: NO_BYTES,
    start: 0,
    end: 0,
    number: 0,
    isTooLong: false,
    readAtMs: 0,
    rest: () => undefined,
    skip() {},
    next() {
      if (made.number >= Math.min(count, turnEnd)) return false;
      made.readAtMs = Date.now();
      made.number += 1;
      made.bytes = Buffer.from(
        parts.map((part, index) => (index % 2 === 1 ? fields[part]?.(made.number) : part)).join(''),
      );
      made.end = made.bytes.length;
      return true;
    },
  };
  let turnEnd = 0;
  while (made.number < count && !signal.aborted) {
    turnEnd += linesATurn;
    yield made;
    await nextTurn();
  }
}
