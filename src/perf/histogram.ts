/** Buckets that double at every `perDoubling`-th: a value is known to within 1.1 percent. */
const perDoubling = 64;
/** Values below are of one bucket. */
const leastMs = 0.001;
const buckets = 36 * perDoubling;

export interface Percentiles {
  averageMs: number;
  minMs: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  p999Ms: number;
  maxMs: number;
}

/** A bar of a histogram for people. */
export interface Bar {
  /** What it counts took less than this, and not less than the bar before. */
  belowMs: number;
  count: number;
}

/** Durations from a microsecond to a day, counted in buckets that grow with them: memory that does not grow. */
export class Histogram {
  readonly #counts = new Float64Array(buckets);
  #count = 0;
  #sumMs = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;

  get count(): number {
    return this.#count;
  }

  add(ms: number, count = 1): void {
    this.#counts[bucketOf(ms)] = (this.#counts[bucketOf(ms)] ?? 0) + count;
    this.#count += count;
    this.#sumMs += ms * count;
    this.#minMs = Math.min(this.#minMs, ms);
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  /** The least duration that so large a share, 0 to 1, did not exceed. */
  quantile(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (let bucket = 0; bucket < buckets; bucket++) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return Math.min(Math.max(endOf(bucket), this.#minMs), this.#maxMs);
    }
    return this.#maxMs;
  }

  /** Null while nothing was counted. */
  percentiles(): Percentiles | null {
    if (this.#count === 0) return null;
    return {
      averageMs: rounded(this.#sumMs / this.#count),
      minMs: rounded(this.#minMs),
      p50Ms: rounded(this.quantile(0.5)),
      p95Ms: rounded(this.quantile(0.95)),
      p99Ms: rounded(this.quantile(0.99)),
      p999Ms: rounded(this.quantile(0.999)),
      maxMs: rounded(this.#maxMs),
    };
  }

  /** From the least to the greatest, each bar twice as wide as the one before. */
  bars(): Bar[] {
    const bars: Bar[] = [];
    for (let start = 0; start < buckets; start += perDoubling) {
      const count = this.#counts.subarray(start, start + perDoubling).reduce((sum, each) => sum + each, 0);
      if (count > 0 || bars.length > 0)
        bars.push({ belowMs: rounded(endOf(start + perDoubling - 1)), count });
    }
    while (bars.at(-1)?.count === 0) bars.pop();
    return bars;
  }
}

function bucketOf(ms: number): number {
  const bucket = Math.floor(Math.log2(Math.max(ms, leastMs) / leastMs) * perDoubling);
  return Math.min(bucket, buckets - 1);
}

const endOf = (bucket: number): number => leastMs * 2 ** ((bucket + 1) / perDoubling);

/** To a microsecond. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
