/** Numbers of lines, mostly successive ones, as runs: a batch has thousands. */
export class LineNumbers {
  readonly #firsts: number[] = [];
  readonly #counts: number[] = [];
  length = 0;

  /** Adds `count` successive numbers from `first` on. */
  add(first: number, count = 1): void {
    const last = this.#firsts.length - 1;
    const lastCount = this.#counts[last] ?? 0;
    if (first === (this.#firsts[last] ?? Number.NaN) + lastCount) this.#counts[last] = lastCount + count;
    else {
      this.#firsts.push(first);
      this.#counts.push(count);
    }
    this.length += count;
  }

  *[Symbol.iterator](): Generator<number> {
    for (const [run, first] of this.#firsts.entries())
      for (let step = 0; step < (this.#counts[run] as number); step++) yield first + step;
  }

  /** The first number; undefined for none. */
  get first(): number | undefined {
    return this.#firsts[0];
  }
}
