import { ExitCode, KctlError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { Fetcher } from '../client/fetch.js';
import { LeaderTable, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { IsolationLevel } from '../client/offsets.js';
import type { Cluster } from '../cluster/index.js';
import { topicErrors } from '../topics/metadata.js';
import type { Codecs } from './codecs/codec.js';
import { decodedBefore, Undecodable } from './codecs/decode.js';
import { consumeAsMember } from './consume-group.js';
import { RecordPrinter, type RecordSink } from './consume-print.js';
import { findStarts, type StartPosition } from './consume-start.js';
import type { RecordFormatter } from './format.js';
import { formatJsonLine } from './format-json.js';
import type { MembershipRequest } from './group-flags.js';

export interface ConsumeRequest {
  topics: readonly string[];
  /** Of each topic; all when absent. */
  partitions?: readonly number[] | undefined;
  /** In a group, only for partitions without a committed offset. */
  start: StartPosition;
  stopAtEnd: boolean;
  maxRecords: number;
  isolation: IsolationLevel;
  /** Reads as a member of this group; without it no group is touched. */
  group?: string | undefined;
  membership: MembershipRequest;
  format: RecordFormatter;
  /** Of the bytes that `format` is given. */
  codecs: Codecs;
  /** What the format's `{consumer}` shows. */
  consumer: string;
  /** How long a partition or the group may be without an answer. */
  giveUpAfterMs: number;
}

export interface ConsumeContext {
  /** Records go to `write`; `note` is told what a person should know. */
  streams: RecordSink & { note(text: string): void };
  /** Ends the reading; the offsets of what was printed are committed and the group is left. */
  interrupted: AbortSignal;
  /** Takes what only who asks for more wants to know. */
  detail(text: string): void;
}

/** What both ways of reading share. */
export interface ConsumeRun {
  cluster: Cluster;
  request: ConsumeRequest;
  leaders: LeaderTable;
  partitions: readonly TopicPartition[];
  printer: RecordPrinter;
  /** Interrupted, or nobody reads any more. */
  stop: AbortSignal;
  note(text: string): void;
  detail(text: string): void;
}

/**
 * Prints the records of topics until they end, enough were printed, or it is interrupted.
 * @throws KctlError exit 4 for topics or partitions that do not exist; at the end, an error that names the
 *   partitions that could not be read: exit 3 when none could be reached, else 1
 */
export async function consume(
  cluster: Cluster,
  request: ConsumeRequest,
  { streams, interrupted, detail }: ConsumeContext,
): Promise<void> {
  const leaders = new LeaderTable(cluster.wire, request.topics);
  await leaders.refresh(cluster.wire.deadline);
  const partitions = await choosePartitions(cluster, leaders, request);
  const note = (text: string) => streams.note(text);
  const stop = AbortSignal.any([interrupted, streams.closed]);
  const undecodable = new Undecodable(note);
  const printer = new RecordPrinter(streams, {
    format: decodedBefore(request.format, request.codecs, {
      asJson: request.format === formatJsonLine,
      onUndecodable: (record, origin, error) => undecodable.add(record, origin, error),
    }),
    consumer: request.consumer,
    group: request.group ?? '',
    maxRecords: request.maxRecords,
    stop,
  });
  const run: ConsumeRun = { cluster, request, leaders, partitions, printer, stop, note, detail };
  const failures = request.group ? await consumeAsMember(run, request.group) : await consumeAlone(run);
  if (streams.closed.aborted) return;
  note(`${printer.printed} ${printer.printed === 1 ? 'record' : 'records'} read`);
  undecodable.noteTotal();
  if (failures.length > 0 && !interrupted.aborted) throw unreadable(failures, partitions.length);
}

async function consumeAlone(run: ConsumeRun): Promise<ItemError[]> {
  const { cluster, request, leaders, partitions, printer, stop, note } = run;
  const { start, stopAtEnd, isolation, giveUpAfterMs } = request;
  const options = { start, stopAtEnd, isolation, deadline: cluster.wire.deadline };
  const { starts, errors } = await findStarts(cluster.wire, leaders, partitions, options);
  const fetcher = new Fetcher(cluster.wire, leaders, starts, {
    isolation,
    giveUpAfterMs,
    signal: stop,
    note,
  });
  for (const { topic, partition, from, end } of starts) {
    run.detail(
      `${partitionName({ topic, partition })}: from ${from}${end === undefined ? ' on' : ` to before ${end}`}`,
    );
  }
  for await (const fetched of fetcher.answers()) {
    await printer.print(fetched, stop, (partition, error) => fetcher.fail(partition, error));
    if (printer.finished) break;
  }
  return [...errors, ...fetcher.problems()];
}

/** @throws KctlError exit 4 when a topic or partition does not exist */
async function choosePartitions(
  cluster: Cluster,
  leaders: LeaderTable,
  { topics, partitions: wanted }: ConsumeRequest,
): Promise<TopicPartition[]> {
  for (const topic of topics) {
    const errorCode = leaders.topicError(topic);
    if (errorCode === 0 || leaders.partitionsOf(topic).length > 0) continue;
    const [error] = await topicErrors(cluster, [{ name: topic, errorCode }]);
    if (error) throw new KctlError(error.message, error);
  }
  const existing = topics.flatMap((topic) => leaders.partitionsOf(topic));
  if (!wanted) return existing;
  const chosen = topics.flatMap((topic) => wanted.map((partition) => ({ topic, partition })));
  const names = new Set(existing.map(partitionName));
  const missing = chosen.find((partition) => !names.has(partitionName(partition)));
  if (!missing) return chosen;
  const count = leaders.partitionsOf(missing.topic).length;
  throw new KctlError(`topic ${missing.topic} has no partition ${missing.partition}`, {
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
    exitCode: ExitCode.notFound,
    hint: `It has ${count}: 0 to ${count - 1}.`,
  });
}

function unreadable(failures: ItemError[], partitionCount: number): KctlError {
  const [first] = failures;
  const code = first?.exitCode ?? ExitCode.failed;
  const allAlike = failures.length === partitionCount && failures.every(({ exitCode }) => exitCode === code);
  const one = failures.length === 1 ? first : undefined;
  const message = one
    ? `${one.subject}: ${one.message}`
    : `${failures.length} of ${partitionCount} partitions could not be read to the end`;
  return new KctlError(message, {
    code: first?.code ?? 'UNEXPECTED',
    exitCode: allAlike ? code : ExitCode.failed,
    ...(one ? {} : { words: failures.map((error) => `${error.subject}: ${error.message}`).join('\n  ') }),
    ...(first?.hint ? { hint: first.hint } : {}),
  });
}
