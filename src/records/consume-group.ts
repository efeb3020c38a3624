import { pause } from '../base/deadline.js';
import type { ItemError } from '../base/result.js';
import { Fetcher } from '../client/fetch.js';
import { partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { FetchStart } from '../client/fetch-slot.js';
import { openMember } from '../client/group.js';
import type { Assignment, CommitPatience, GroupMember } from '../client/group-member.js';
import type { CommittedOffset } from '../client/group-offsets.js';
import { type FoundOffsets, findOffsets } from '../client/offsets.js';
import type { ConsumeRun } from './consume.js';
import type { CommitMode } from './group-flags.js';

const commitIntervalMs = 5000;
/** What is left of the two seconds in which an interrupted command ends. */
const lastCommitMs = 800;
const leaveMs = 300;
/** How long a member without partitions waits for those that others are about to give up. */
const settleMs = 5000;

/**
 * Reads as a member of a group, at least once: only what has reached the reader is committed, every few seconds,
 * before each rebalance and at the end, and then the group is left.
 */
export async function consumeAsMember(run: ConsumeRun, groupId: string): Promise<ItemError[]> {
  const { cluster, request, stop, note } = run;
  const { topics, giveUpAfterMs, membership } = request;
  const ends = request.stopAtEnd ? await findEnds(run) : undefined;
  const member = openMember(cluster.wire, membership.protocol, {
    groupId,
    topics,
    giveUpAfterMs,
    note,
    ...membership,
  });
  const places = new Map<string, number>();
  try {
    for (;;) {
      const assignment = await member.next(stop);
      if (!assignment) return [];
      const failures = await readAssignment(run, member, assignment, { ends, places });
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

interface Session {
  ends: FoundOffsets | undefined;
  /** Where this member is in the partitions of its last assignment, by partition name. */
  places: Map<string, number>;
}

/** @returns what could not be read once nothing is left to be done; undefined when the assignment has ended */
async function readAssignment(
  run: ConsumeRun,
  member: GroupMember,
  { partitions, kept, mayGrow, ended }: Assignment,
  { ends, places }: Session,
): Promise<ItemError[] | undefined> {
  const { cluster, request, leaders, printer, stop, note } = run;
  const { isolation, giveUpAfterMs, membership, fetching } = request;
  const signal = AbortSignal.any([stop, ended]);
  const committed = await member.committed(partitions, signal);
  if (!committed) return stop.aborted ? [] : undefined;

  const errors = partitions.flatMap((partition) => ends?.errors.get(partitionName(partition)) ?? []);
  const starts = partitions.flatMap((partition): FetchStart[] => {
    const name = partitionName(partition);
    const end = ends?.offsets.get(name);
    if (ends && end === undefined) return [];
    const place = kept.has(name) ? places.get(name) : undefined;
    return [{ ...partition, from: place ?? committed.get(name) ?? firstPlace(run, partition), end }];
  });
  for (const start of starts) run.detail(`${partitionName(start)}: from ${start.from} on`);
  const fetcher = new Fetcher(cluster.wire, leaders, starts, {
    ...{ isolation, giveUpAfterMs, signal, note },
    ...fetching,
  });
  const placeOf = (partition: TopicPartition) =>
    printer.positions.get(partitionName(partition)) ?? fetcher.startOf(partition);
  const progress = new Progress(member, membership.commit, starts, committed, placeOf);
  // A partition that comes back begins where the group is, not where this member once was.
  printer.positions.clear();
  for await (const fetched of fetcher.answers()) {
    await printer.print(fetched, signal, (partition, error) => fetcher.fail(partition, error));
    if (printer.finished) break;
    await progress.commitIfDue(fetched.length > 0, stop);
  }
  if (starts.length === 0 && !ends) await whenAborted(signal);
  if (starts.length === 0 && ends && mayGrow) await pause(settleMs, signal);
  if (!stop.aborted) await progress.commit({ signal: stop, insist: true });
  if (stop.aborted) await progress.commit({ timeoutMs: lastCommitMs, insist: true });
  places.clear();
  for (const start of starts) {
    const place = placeOf(start);
    if (place !== undefined) places.set(partitionName(start), place);
  }
  const isOver = stop.aborted || printer.finished || !ended.aborted;
  return isOver ? [...errors, ...fetcher.problems()] : undefined;
}

/** Where the group begins in a partition that it has no offset of: all of one that was added while it ran. */
function firstPlace({ partitions, request: { start } }: ConsumeRun, { topic, partition }: TopicPartition) {
  const wasThere = partitions.some((known) => known.topic === topic && known.partition === partition);
  if (!wasThere) return 'earliest';
  return 'point' in start ? start.point : start.offset;
}

/** Keeps what the group knows up to what was printed. */
class Progress {
  #nextCommitMs = performance.now() + commitIntervalMs;

  constructor(
    private readonly member: GroupMember,
    private readonly mode: CommitMode,
    private readonly partitions: readonly TopicPartition[],
    /** By partition name. */
    private readonly committed: Map<string, number>,
    /** The next offset to be printed; undefined while nothing is known of the partition. */
    private readonly placeOf: (partition: TopicPartition) => number | undefined,
  ) {}

  /**
   * The group's place in a partition that it is new to is held at once, so that whoever takes over begins there.
   * @param isMore records were printed since the last call
   */
  async commitIfDue(isMore: boolean, stop: AbortSignal): Promise<void> {
    const now = performance.now();
    const isNew = (partition: TopicPartition) =>
      !this.committed.has(partitionName(partition)) && this.placeOf(partition) !== undefined;
    const isDue = now >= this.#nextCommitMs || (isMore && this.mode === 'each');
    if (!isDue && !this.partitions.some(isNew)) return;
    this.#nextCommitMs = now + commitIntervalMs;
    await this.commit({ signal: stop });
  }

  async commit(patience: CommitPatience): Promise<void> {
    if (this.mode === 'none') return;
    const offsets = this.partitions.flatMap(({ topic, partition }): CommittedOffset[] => {
      const offset = this.placeOf({ topic, partition });
      const isNew =
        offset !== undefined && offset !== this.committed.get(partitionName({ topic, partition }));
      return isNew ? [{ topic, partition, offset }] : [];
    });
    if (offsets.length === 0 || !(await this.member.commit(offsets, patience))) return;
    for (const committed of offsets) this.committed.set(partitionName(committed), committed.offset);
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
