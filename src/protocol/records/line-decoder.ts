import { lineDecoderModule } from './line-decoder.wasm.js';

/** Records of a batch that are to become lines. */
export interface RecordRun {
  /** Where the first one begins, in `bytes`. */
  start: number;
  end: number;
  /** How many there are up to `end`. */
  remaining: number;
  /** To be taken at most. */
  most: number;
  /** One with another offset delta is to be taken by itself: the first wanted, and the first that is not. */
  fromDelta: number;
  beforeDelta: number;
  /** Where the lines go on; not behind `start`. */
  to: number;
  /** Once the lines reach it no more records are taken. */
  enough: number;
}

interface Module {
  records: WebAssembly.Global;
  recordsAt: WebAssembly.Global;
  linesAt: WebAssembly.Global;
  offsetDelta: WebAssembly.Global;
  decode(...numbers: number[]): void;
  find(...numbers: number[]): number;
  /** Behind all that is read: the text that is looked for. */
  wanted: Uint8Array;
}

const pageBytes = 65_536;
/** The module reads a little beyond the records. */
const slackBytes = 32;
const mostWantedBytes = 224;
const largestInt32 = 2 ** 31 - 1;
/** The module of each memory. */
const modules = new WeakMap<ArrayBufferLike, Module>();
let code: WebAssembly.Module | undefined;

/** Memory for fetched records, of at least that many bytes, in which they can become lines; any memory where there is none such. */
export function recordMemory(bytes: number): Buffer {
  try {
    code ??= new WebAssembly.Module(Buffer.from(lineDecoderModule, 'base64'));
    const initial = Math.ceil((bytes + slackBytes + mostWantedBytes) / pageBytes);
    const memory = new WebAssembly.Memory({ initial });
    const { exports } = new WebAssembly.Instance(code, { fetched: { memory } });
    const wantedAt = memory.buffer.byteLength - mostWantedBytes;
    const wanted = new Uint8Array(memory.buffer, wantedAt);
    modules.set(memory.buffer, { ...(exports as unknown as Module), wanted });
    return Buffer.from(memory.buffer, 0, wantedAt - slackBytes);
  } catch {
    return Buffer.allocUnsafeSlow(bytes);
  }
}

/** As `bytes.indexOf(text, from)`, several times as fast in memory that `recordMemory` gave. */
export function indexOfText(bytes: Buffer, text: Uint8Array, from: number): number {
  const { buffer, byteOffset, length } = bytes;
  const module = modules.get(buffer);
  if (!module || text.length === 0 || text.length > mostWantedBytes) return bytes.indexOf(text, from);
  module.wanted.set(text);
  const { find, wanted } = module;
  const found = find(byteOffset + from, byteOffset + length, wanted.byteOffset, text.length);
  return found < 0 ? -1 : found - byteOffset;
}

/**
 * Makes values of records lines in WebAssembly, where the records lie: several times as fast as by JavaScript, for which
 * each copy of a few bytes is a call.
 */
export class LineDecoder {
  private constructor(
    private readonly module: Module,
    private readonly offset: number,
  ) {}

  /** For bytes in memory that `recordMemory` gave; undefined for others. */
  static of({ buffer, byteOffset }: Buffer): LineDecoder | undefined {
    const module = modules.get(buffer);
    return module && new LineDecoder(module, byteOffset);
  }

  /**
   * Takes records up to the first one that is to be taken by itself: without a value, or not well-formed.
   * @returns how many, and behind the last of them its offset delta and where records and lines go on
   */
  decode(run: RecordRun): { records: number; offsetDelta: number; start: number; to: number } {
    const { offset } = this;
    const { decode, records, offsetDelta, recordsAt, linesAt } = this.module;
    decode(
      offset + run.start,
      offset + run.end,
      run.remaining,
      Math.min(run.most, largestInt32),
      run.fromDelta,
      Math.min(run.beforeDelta, largestInt32),
      offset + run.to,
      offset + run.enough,
    );
    return {
      records: records.value,
      offsetDelta: offsetDelta.value,
      start: recordsAt.value - offset,
      to: linesAt.value - offset,
    };
  }
}
