import { lineEncoderModule } from './line-encoder.wasm.js';

/** What a run of lines becomes records of. */
export interface LineRun {
  bytes: Buffer;
  /** Where the first line begins; behind those that were taken, afterwards. */
  start: number;
  end: number;
  /** The byte that ends a line. */
  delimiter: number;
  timestampMs: number;
  /** The header section of each record. */
  headers: Buffer;
  /** Lines to be taken at most. */
  most: number;
}

/** Where records are written to. */
export interface RecordTarget {
  bytes: Buffer;
  position: number;
  /** No record ends behind it. */
  end: number;
  /** Once it is reached no more records are begun. */
  enough: number;
  /** Of the first record. */
  offsetDelta: number;
  timestampDelta: number;
}

interface Module {
  memory: WebAssembly.Memory;
  records: WebAssembly.Global;
  inputAt: WebAssembly.Global;
  outputAt: WebAssembly.Global;
  encode(...numbers: number[]): void;
}

const pageBytes = 65_536;
const largestInt32 = 2 ** 31 - 1;
const largestTimestampDelta = 2 ** 30 - 1;

/**
 * Makes lines the records of a batch in WebAssembly: several times as fast as by JavaScript, for which each copy of a few
 * bytes is a call. It works in a memory of its own; input is to be read there, and batches are to be built there.
 */
export class LineEncoder {
  readonly #module: Module;
  readonly #memory: Buffer<ArrayBuffer>;
  /** For what is read. */
  readonly input: Buffer<ArrayBuffer>;
  /** For batches. */
  readonly batches: Buffer<ArrayBuffer>;
  /** The section that stands at the memory's beginning. */
  #headers: Buffer | undefined;

  private constructor(inputBytes: number, batchesBytes: number) {
    const code = Buffer.from(lineEncoderModule, 'base64');
    this.#module = new WebAssembly.Instance(new WebAssembly.Module(code)).exports as unknown as Module;
    this.#module.memory.grow(Math.ceil((inputBytes + batchesBytes) / pageBytes));
    this.#memory = Buffer.from(this.#module.memory.buffer);
    this.input = this.#memory.subarray(pageBytes, pageBytes + inputBytes);
    this.batches = this.#memory.subarray(pageBytes + inputBytes, pageBytes + inputBytes + batchesBytes);
  }

  /** Undefined where there is no WebAssembly, or no room for its memory. */
  static open(inputBytes: number, batchesBytes: number): LineEncoder | undefined {
    try {
      return new LineEncoder(inputBytes, batchesBytes);
    } catch {
      return undefined;
    }
  }

  /**
   * Takes whole lines; answers how many. None where the next line does not end in the run, does not fit, or where
   * the run or the target is not in the encoder's memory: then the line is to be taken by itself.
   */
  encode(run: LineRun, target: RecordTarget): number {
    const { buffer } = this.#memory;
    const { timestampDelta } = target;
    if (run.bytes.buffer !== buffer || target.bytes.buffer !== buffer) return 0;
    if (Math.abs(timestampDelta) > largestTimestampDelta || run.headers.length > pageBytes) return 0;
    if (run.headers !== this.#headers) {
      run.headers.copy(this.#memory);
      this.#headers = run.headers;
    }
    const [inputBase, outputBase] = [run.bytes.byteOffset, target.bytes.byteOffset];
    const { encode, records, inputAt, outputAt } = this.#module;
    encode(
      inputBase + run.start,
      inputBase + run.end,
      run.delimiter,
      outputBase + target.position,
      outputBase + target.end,
      outputBase + target.enough,
      target.offsetDelta,
      Math.min(run.most, largestInt32),
      (timestampDelta << 1) ^ (timestampDelta >> 31),
      0,
      run.headers.length,
    );
    run.start = inputAt.value - inputBase;
    target.position = outputAt.value - outputBase;
    return records.value;
  }
}
