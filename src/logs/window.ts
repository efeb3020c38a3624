import type { FileHandle } from 'node:fs/promises';

const windowBytes = 1024 * 1024;

/** A file that is read from its beginning on, a megabyte at a time, in memory that is used again. */
export class FileWindow {
  #buffer = Buffer.allocUnsafeSlow(windowBytes);
  /** Where in the file the buffer begins, and how much of it was read. */
  #start = 0;
  #length = 0;

  private constructor(
    private readonly file: FileHandle,
    readonly size: number,
  ) {}

  static async of(file: FileHandle): Promise<FileWindow> {
    return new FileWindow(file, (await file.stat()).size);
  }

  /**
   * The bytes at a position, fewer where the file ends: a view that holds until the next call.
   * The caller bounds the length.
   */
  async at(position: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - position));
    if (position < this.#start || position + wanted > this.#start + this.#length)
      await this.#fill(position, wanted);
    const from = position - this.#start;
    return this.#buffer.subarray(from, Math.min(from + wanted, this.#length));
  }

  async #fill(position: number, wanted: number): Promise<void> {
    if (wanted > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(wanted);
    this.#start = position;
    this.#length = 0;
    while (this.#length < wanted || this.#length < this.#buffer.length) {
      const rest = this.#buffer.length - this.#length;
      const { bytesRead } = await this.file.read(this.#buffer, this.#length, rest, position + this.#length);
      if (bytesRead === 0) return;
      this.#length += bytesRead;
    }
  }
}
