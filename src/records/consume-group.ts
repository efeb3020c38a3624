import type { ItemError } from '../base/result.js';
import { Fetcher } from '../client/fetch.js';
import { partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import { type Generation, GroupMember } from '../client/group.js';
import type { CommittedOffset } from '../client/group-offsets.js';
import { type FoundOffsets, findOffsets } from '../client/offsets.js';
import type { ConsumeRun } from './consume.js';

const commitIntervalMs = 5000;
/** What is left of the two seconds in which an interrupted command ends. */
const lastCommitMs = 800;
const leaveMs = 300;

/**
 * Reads as a member of a group, at least once: only what has reached the reader is committed, every few seconds,
 * before each rebalance and at the end, and then the group is left.
 */
export async function consumeAsMember(run: ConsumeRun, groupId: string): Promise<ItemError[]> {
  const { cluster, request, stop, note } = run;
  const { topics, giveUpAfterMs } = request;
  const ends = request.stopAtEnd ? await findEnds(run) : undefined;
  const member = new GroupMember(cluster.wire, { groupId, topics, giveUpAfterMs, note });
  try {
    for (;;) {
      const generation = await member.join(stop);
      if (!generation) return [];
      const names = generation.partitions.map(partitionName).join(', ') || 'no partition for this member';
      note(`group ${groupId}, generation ${generation.generationId}: ${names}`);
      const failures = await readGeneration(run, member, generation, ends);
      if (failures) return failures;
    }
  } finally {
    await member.leave(leaveMs);
  }
}

/** The ends that count are those of now, however often the group rebalances. */
async function findEnds({ cluster, leaders, partitions, request }: ConsumeRun): Promise<FoundOffsets> {
  const options = { isolation: request.isolation, deadline: cluster.wire.deadline };
  return findOffsets(cluster.wire, leaders, partitions, 'latest', options);
}

/** @returns what could not be read once nothing is left to be done; undefined when the group rebalances */
async function readGeneration(
  run: ConsumeRun,
  member: GroupMember,
  { partitions, ended }: Generation,
  ends: FoundOffsets | undefined,
): Promise<ItemError[] | undefined> {
  const { cluster, request, leaders, printer, stop, note } = run;
  const { start, isolation, giveUpAfterMs } = request;
  const signal = AbortSignal.any([stop, ended]);
  const committed = await member.committed(partitions, signal);
  if (!committed) return stop.aborted ? [] : undefined;

  const errors = partitions.flatMap((partition) => ends?.errors.get(partitionName(partition)) ?? []);
  const starts = partitions
    .filter((partition) => !ends?.errors.has(partitionName(partition)))
    .map((partition) => {
      const name = partitionName(partition);
      const from = committed.get(name) ?? ('point' in start ? start.point : start.offset);
      return { ...partition, from, end: ends?.offsets.get(name) };
    });
  for (const { topic, partition, from } of starts)
    run.detail(`${partitionName({ topic, partition })}: from ${from} on`);
  const fetcher = new Fetcher(cluster.wire, leaders, starts, { isolation, giveUpAfterMs, signal, note });
  const progress = new Progress(
    member,
    starts,
    committed,
    (partition) => printer.positions.get(partitionName(partition)) ?? fetcher.startOf(partition),
  );
  // A partition that comes back begins where the group is, not where this member once was.
  printer.positions.clear();
  for await (const fetched of fetcher.answers()) {
    await printer.print(fetched, signal, (partition, error) => fetcher.fail(partition, error));
    if (printer.finished) break;
    await progress.commitIfDue(stop);
  }
  if (starts.length === 0 && !ends) await whenAborted(signal);
  if (!stop.aborted) await progress.commit({ signal: stop });
  if (stop.aborted) await progress.commit({ timeoutMs: lastCommitMs });
  const isOver = stop.aborted || printer.finished || !ended.aborted;
  return isOver ? [...errors, ...fetcher.problems()] : undefined;
}

/** Keeps what the group knows up to what was printed. */
class Progress {
  #nextCommitMs = performance.now() + commitIntervalMs;

  constructor(
    private readonly member: GroupMember,
    private readonly partitions: readonly TopicPartition[],
    /** By partition name. */
    private readonly committed: Map<string, number>,
    /** The next offset to be printed; undefined while nothing is known of the partition. */
    private readonly positionOf: (partition: TopicPartition) => number | undefined,
  ) {}

  /** The group's place in a partition that it is new to is held at once, so that whoever takes over begins there. */
  async commitIfDue(stop: AbortSignal): Promise<void> {
    const now = performance.now();
    const isNew = (partition: TopicPartition) =>
      !this.committed.has(partitionName(partition)) && this.positionOf(partition) !== undefined;
    if (now < this.#nextCommitMs && !this.partitions.some(isNew)) return;
    this.#nextCommitMs = now + commitIntervalMs;
    await this.commit({ signal: stop });
  }

  async commit(patience: { timeoutMs?: number; signal?: AbortSignal }): Promise<void> {
    const offsets = this.partitions.flatMap(({ topic, partition }): CommittedOffset[] => {
      const offset = this.positionOf({ topic, partition });
      const isNew =
        offset !== undefined && offset !== this.committed.get(partitionName({ topic, partition }));
      return isNew ? [{ topic, partition, offset }] : [];
    });
    if (!(await this.member.commit(offsets, patience))) return;
    for (const committed of offsets) this.committed.set(partitionName(committed), committed.offset);
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
