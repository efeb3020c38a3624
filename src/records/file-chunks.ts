import { close, fstatSync, open, read } from 'node:fs';
import { promisify } from 'node:util';

const chunkBytes = 1024 * 1024;
/** What reading takes. */
export const fileMemoryBytes = 2 * chunkBytes;
const [openFile, readFile, closeFile] = [promisify(open), promisify(read), promisify(close)];

/** Whether a descriptor is a regular file, and so can be read by FileChunks. */
export function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

/**
 * A file in chunks of a megabyte, the next one read while this one is worked on. Two buffers take turns: a chunk
 * holds until the next one is asked for.
 */
export class FileChunks implements AsyncIterable<Buffer> {
  #ended = false;

  /**
   * @param file a path, or the descriptor of an open file, which stays open
   * @param memory `fileMemoryBytes` for the two buffers
   */
  constructor(
    private readonly file: string | number,
    private readonly memory = Buffer.allocUnsafeSlow(fileMemoryBytes),
  ) {}

  /** Ends the reading behind the chunk that was given last. */
  destroy(): void {
    this.#ended = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const { file } = this;
    const descriptor = typeof file === 'number' ? file : await openFile(file, 'r');
    let [current, next] = [this.memory.subarray(0, chunkBytes), this.memory.subarray(chunkBytes)];
    let reading = readFile(descriptor, current, 0, chunkBytes, null);
    try {
      for (;;) {
        const { bytesRead } = await reading;
        if (bytesRead === 0 || this.#ended) return;
        [current, next] = [next, current];
        reading = readFile(descriptor, current, 0, chunkBytes, null);
        // Its failure is met at the next turn, if there is one.
        reading.catch(() => {});
        yield next.subarray(0, bytesRead);
      }
    } finally {
      await reading.catch(() => {});
      if (typeof file !== 'number') await closeFile(descriptor);
    }
  }
}
