/**
 * Lines for a producer, as positions in the bytes that were read: nothing is decoded, so that what is not
 * UTF-8 goes through unchanged. A line ends at a line feed and at nothing else: a carriage return before it
 * belongs to the line.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { usageError } from '../base/errors.js';

const LINE_FEED = 10;

/** Lines that are there to be taken; the same object is filled again for each. */
export interface Lines {
  bytes: Buffer;
  start: number;
  end: number;
  /** Counted from 1 over the whole input. */
  number: number;
  /** Longer than what is kept: `start` to `end` is empty. */
  isTooLong: boolean;
  /** Goes to the next line; false when there is none to be taken now. */
  next(): boolean;
}

const NO_BYTES = Buffer.alloc(0);

/** Cuts chunks of bytes into lines. */
export class LineCutter implements Lines {
  bytes: Buffer = NO_BYTES;
  start = 0;
  end = 0;
  number = 0;
  isTooLong = false;

  #chunk: Buffer = NO_BYTES;
  #position = 0;
  /** The beginning of a line whose end was not there yet. */
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #ended = false;

  constructor(private readonly maxLineBytes: number) {}

  /** Gives the next bytes; only when `next()` has answered false. They must not change afterwards. */
  feed(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#position = 0;
  }

  /** There is no more: what is left is the last line, if anything is. */
  finish(): void {
    this.feed(NO_BYTES);
    this.#ended = true;
  }

  next(): boolean {
    const start = this.#position;
    const lineFeed = this.#chunk.indexOf(LINE_FEED, start);
    if (lineFeed < 0) {
      this.#keep(this.#chunk.subarray(start));
      this.#position = this.#chunk.length;
      if (!this.#ended || this.#keptBytes === 0) return false;
      this.#emitKept();
      return true;
    }
    this.#position = lineFeed + 1;
    if (this.#keptBytes > 0) {
      this.#keep(this.#chunk.subarray(start, lineFeed));
      this.#emitKept();
    } else {
      this.#emit(this.#chunk, start, lineFeed);
    }
    return true;
  }

  /** Beyond the limit bytes are counted, not kept. */
  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#keptBytes += part.length;
    if (this.#keptBytes <= this.maxLineBytes) this.#kept.push(part);
    else this.#kept = [];
  }

  #emitKept(): void {
    const line = this.#keptBytes <= this.maxLineBytes ? Buffer.concat(this.#kept) : NO_BYTES;
    const isTooLong = this.#keptBytes > this.maxLineBytes;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#emit(line, 0, line.length);
    this.isTooLong = isTooLong;
  }

  #emit(bytes: Buffer, start: number, end: number): void {
    this.isTooLong = end - start > this.maxLineBytes;
    this.bytes = bytes;
    this.start = start;
    this.end = this.isTooLong ? start : end;
    this.number += 1;
  }
}

/** The lines of a stream: each time it yields, those that are there. Ends quietly when `signal` is given. */
export async function* streamLines(
  stream: NodeJS.ReadableStream & { destroy(): unknown },
  options: { maxLineBytes: number; signal: AbortSignal },
): AsyncGenerator<Lines> {
  const { maxLineBytes, signal } = options;
  const cutter = new LineCutter(maxLineBytes);
  const stop = () => stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) return;
    for await (const chunk of stream) {
      cutter.feed(chunk as Buffer);
      yield cutter;
    }
    cutter.finish();
    yield cutter;
  } catch (error) {
    // A stream that was destroyed ends with an error of its own.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
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
    next() {
      if (made.number >= Math.min(count, turnEnd)) return false;
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
