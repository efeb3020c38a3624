import { partitionName } from '../client/fetch-leaders.js';
import type { FetchStart } from '../client/fetch-slot.js';
import type { RecordPrinter } from './consume-print.js';

const everyMs = 500;
/** Partitions that the closing line lists one by one, at most. */
const partitionsNamed = 12;

/** How far a search is: a line that is written over now and then, and a last one that says what was covered. */
export class SearchProgress {
  readonly #startedAtMs = performance.now();
  #nextAtMs = this.#startedAtMs + everyMs;
  /** Offsets to be looked at; unknown without an end. */
  readonly #total: number | undefined;

  constructor(
    private readonly printer: RecordPrinter,
    private readonly starts: readonly FetchStart[],
    private readonly show: (text: string) => void,
  ) {
    this.#total = starts.reduce<number | undefined>(
      (sum, { from, end }) =>
        sum === undefined || end === undefined || typeof from !== 'number' ? undefined : sum + end - from,
      0,
    );
  }

  tick(): void {
    const now = performance.now();
    if (now < this.#nextAtMs) return;
    this.#nextAtMs = now + everyMs;
    const { scanned, taken } = this.printer;
    const perSec = scanned / ((now - this.#startedAtMs) / 1000);
    const total = this.#total === undefined ? '' : ` of ${this.#total}`;
    const left = this.#total === undefined ? 0 : Math.max(0, this.#total - scanned);
    const eta = this.#total === undefined || perSec === 0 ? '' : `, ${Math.ceil(left / perSec)} s left`;
    this.show(`${scanned}${total} records searched, ${taken} found, ${Math.round(perSec)}/s${eta}`);
  }

  /** What was looked at, by partition: offsets, the last one included. */
  covered(): string {
    const parts = this.starts.flatMap(({ topic, partition, from }) => {
      const name = partitionName({ topic, partition });
      const position = this.printer.positions.get(name);
      return typeof from === 'number' && position !== undefined && position > from
        ? [`${name} ${from} to ${position - 1}`]
        : [];
    });
    const unnamed = parts.length - partitionsNamed;
    const more = unnamed > 0 ? ` and ${unnamed} more partitions` : '';
    return parts.length === 0 ? 'nothing' : `${parts.slice(0, partitionsNamed).join(', ')}${more}`;
  }
}
