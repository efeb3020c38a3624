import { ExitCode, KctlError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { Fetcher, type FetchOptions } from '../client/fetch.js';
import { LeaderTable, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { IsolationLevel } from '../client/offsets.js';
import type { Cluster } from '../cluster/index.js';
import { topicErrors } from '../topics/metadata.js';
import type { Codecs } from './codecs/codec.js';
import { decodedBefore, Undecodable } from './codecs/decode.js';
import { consumeAsMember } from './consume-group.js';
import { LastRecords } from './consume-last.js';
import { RecordPrinter, type RecordSink } from './consume-print.js';
import { SearchProgress } from './consume-progress.js';
import { findStarts, type ReadRange } from './consume-start.js';
import type { RecordFilter } from './filter.js';
import type { ReadRecord, RecordFormatter, RecordOrigin } from './format.js';
import { formatJsonLine } from './format-json.js';
import type { MembershipRequest } from './group-flags.js';

export interface ConsumeRequest extends ReadRange {
  topics: readonly string[];
  /** Of each topic; all when absent. */
  partitions?: readonly number[] | undefined;
  maxRecords: number;
  /** That many are to come, before the end and the time. */
  expected?: number | undefined;
  /** Only so many, the last of all by time, are printed at the end. */
  last?: number | undefined;
  /** Ends the reading after this time. */
  forMs?: number | undefined;
  isolation: IsolationLevel;
  /** Reads as a member of this group; without it no group is touched. */
  group?: string | undefined;
  membership: MembershipRequest;
  fetching: Pick<FetchOptions, 'rack' | 'maxBytesPerSec'>;
  filter: RecordFilter | undefined;
  format: RecordFormatter;
  /** Of the bytes that `format` is given. */
  codecs: Codecs;
  /** What does not decode ends the reading. */
  failsUndecodable: boolean;
  /** What the format's `{consumer}` shows. */
  consumer: string;
  /** How long a partition or the group may be without an answer. */
  giveUpAfterMs: number;
}

export interface ConsumeContext {
  /** Records go to `write`; `note` is told what a person should know. */
  streams: RecordSink & {
    note(text: string): void;
    /** Takes a line that stands in for the one before it. */
    progress(text: string): void;
  };
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
  progress(text: string): void;
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
  const timeUp = timer(request.forMs);
  const stop = AbortSignal.any([interrupted, streams.closed, timeUp.signal]);
  const undecodable = new Undecodable(note);
  const format = decodedBefore(request.format, request.codecs, {
    asJson: request.format === formatJsonLine,
    onUndecodable: (record, origin, error) => {
      if (request.failsUndecodable) throw undecodableAt(record, origin, error);
      undecodable.add(record, origin, error);
    },
  });
  const last = request.last === undefined ? undefined : new LastRecords(format, request.last);
  const printer = new RecordPrinter(streams, {
    format: last?.format ?? format,
    filter: request.filter,
    consumer: request.consumer,
    group: request.group ?? '',
    maxRecords: request.maxRecords,
    stop,
  });
  const progress = (text: string) => streams.progress(text);
  const run: ConsumeRun = { cluster, request, leaders, partitions, printer, stop, note, progress, detail };
  const reading = request.group ? consumeAsMember(run, request.group) : consumeAlone(run);
  const failures = await reading.finally(() => timeUp.clear());
  for (const text of last?.take() ?? []) await streams.write(text);
  if (streams.closed.aborted) return;
  const { printed, scanned } = printer;
  if (request.filter) note(`${count(printed, 'match', 'matches')} in ${count(scanned, 'record')}`);
  else note(`${count(Math.min(printed, request.last ?? printed), 'record')} read`);
  undecodable.noteTotal();
  if (interrupted.aborted) return;
  if (failures.length > 0) throw unreadable(failures, partitions.length);
  if (request.expected !== undefined && printed < request.expected)
    throw expectationFailed(printed, request.expected, timeUp.signal.aborted);
}

async function consumeAlone(run: ConsumeRun): Promise<ItemError[]> {
  const { cluster, request, leaders, partitions, printer, stop, note } = run;
  const { isolation, giveUpAfterMs, fetching } = request;
  const options = { ...request, deadline: cluster.wire.deadline };
  const { starts, errors } = await findStarts(cluster.wire, leaders, partitions, options);
  const fetcher = new Fetcher(cluster.wire, leaders, starts, {
    ...{ isolation, giveUpAfterMs, signal: stop, note },
    ...fetching,
  });
  for (const { topic, partition, from, end } of starts) {
    run.detail(
      `${partitionName({ topic, partition })}: from ${from}${end === undefined ? ' on' : ` to before ${end}`}`,
    );
  }
  const search = request.filter && new SearchProgress(printer, starts, run.progress);
  for await (const fetched of fetcher.answers()) {
    await printer.print(fetched, stop, (partition, error) => fetcher.fail(partition, error));
    search?.tick();
    if (printer.finished) break;
  }
  if (search) note(`searched: ${search.covered()}`);
  return [...errors, ...fetcher.problems()];
}

function timer(ms: number | undefined): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const timeout = ms === undefined ? undefined : setTimeout(() => controller.abort(), ms);
  return { signal: controller.signal, clear: () => clearTimeout(timeout) };
}

function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}

function expectationFailed(printed: number, expected: number, isTimeUp: boolean): KctlError {
  const came = `${printed} of ${expected} expected records came`;
  return isTimeUp
    ? new KctlError(`${came} in time`, { code: 'TIMED_OUT', exitCode: ExitCode.timedOut })
    : new KctlError(`${came} before the end`, { code: 'TOO_FEW_RECORDS', exitCode: ExitCode.checkFailed });
}

function undecodableAt({ offset }: ReadRecord, origin: RecordOrigin, error: KctlError): KctlError {
  const { message, code, words } = error;
  const details = words === undefined ? { code } : { code, words };
  return new KctlError(`${partitionName(origin)}, offset ${offset}: ${message}`, details);
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
