import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { pause } from '../base/deadline.js';
import { KctlError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { type Delivery, Producer, type ProducerOptions } from '../client/producer.js';
import type { Cluster } from '../cluster/index.js';
import { encodeHeaders } from '../protocol/records/builder.js';
import { FileChunks, fileMemoryBytes, isFile } from './file-chunks.js';
import { InputError, type LineSource, type Lines, streamLines, templateLines } from './input.js';
import { type NdjsonForm, NdjsonParser } from './input-ndjson.js';
import { type InputRecord, type LineForm, LineParser } from './input-record.js';
import { Refusals } from './produce-refusals.js';
import { type ProduceSummary, summarize } from './produce-summary.js';

export interface ProduceRequest
  extends Pick<
    ProducerOptions,
    | 'topic'
    | 'acks'
    | 'codec'
    | 'level'
    | 'partitioner'
    | 'transactionalId'
    | 'transactionalId'
    | 'batchBytes'
    | 'lingerMs'
    | 'deliveryTimeoutMs'
    | 'partition'
    | 'create'
  > {
  /** How the input is records. */
  form: InputForm;
  /** Where lines come from, "-" being standard input; */
  files: readonly string[];
  /** How often the files are read. */
  repeat: number;
  /** What ends a line of the input; null makes one of each file. */
  delimiter: Buffer | null;
  template?: string;
  /** Lines of a template; without end when absent. */
  count?: number;
  ratePerSec?: number;
  /** Records of a transaction; all are in one when absent. */
  commitEvery?: number;
  /** What a record that is not taken means for the others. */
  onError: 'stop' | 'continue';
}

export interface ProduceStreams {
  input: ReturnType<LineSource['open']>;
  /** Takes what is told while it goes on. */
  note(text: string): void;
  /** Ends the reading; what was accepted is still delivered. */
  interrupted: AbortSignal;
}

export type InputForm = ({ type: 'lines' } & LineForm) | ({ type: 'ndjson' } & NdjsonForm);

/** No broker takes a larger request (socket.request.max.bytes); a line is held in memory as a whole. */
const maxLineBytes = 100 * 1024 * 1024 - 4096;
/** How long a command that was interrupted goes on delivering what it had accepted. */
const graceMs = 10_000;

/**
 * Writes lines as records to a topic, until the input ends or the command is interrupted, and waits for the
 * acknowledgement of all it accepted. What failed after that began stands in the summary's errors.
 * @throws KctlError exit 4 when there is no such topic, exit 2 for a template that is wrong
 */
export async function produceLines(
  cluster: Cluster,
  request: ProduceRequest,
  streams: ProduceStreams,
): Promise<ProduceSummary> {
  for (const file of request.files) await checkReadable(file);
  const refusals = new Refusals(request.onError, streams.note);
  const warnings: string[] = [];
  const startedAtMs = performance.now();
  const producer = await Producer.open(
    cluster.wire,
    {
      ...request,
      ...(plainForm(request) ? { inputBytes: fileMemoryBytes } : {}),
      onRefused: ({ lines, error }) => refusals.add(lines, error),
      onWarning: (text) => warnings.push(text),
    },
    cluster.wire.deadline,
  );
  const stop = AbortSignal.any([streams.interrupted, producer.ended, refusals.stop]);
  const errors: ItemError[] = [];
  try {
    await sendAll(producer, request, linesOf(request, streams, stop, producer.input), refusals, stop);
  } catch (error) {
    // What ended the producer is told with how far it came.
    if (!producer.ended.aborted) errors.push(inputError(error));
  }
  const delivery = await settle(producer, streams.interrupted, !refusals.stop.aborted && errors.length === 0);
  errors.push(...refusals.errors(), ...failureOf(request.topic, delivery));
  const { badLines } = refusals;
  const durationMs = performance.now() - startedAtMs;
  return summarize(request.topic, delivery, { badLines, durationMs, warnings, errors });
}

async function sendAll(
  producer: Producer,
  request: ProduceRequest,
  input: AsyncGenerator<Lines>,
  refusals: Refusals,
  stop: AbortSignal,
): Promise<void> {
  const { form, commitEvery = Number.POSITIVE_INFINITY } = request;
  let uncommitted = 0;
  const record = form.type === 'ndjson' ? new NdjsonParser(form) : new LineParser(form);
  const plain = plainForm(request);
  const pacer = pacerOf(request, stop);
  for await (const lines of input) {
    for (;;) {
      // Awaiting nothing would cost more than all the rest of a line.
      const turn = pacer?.turn();
      if (turn) await turn;
      if (stop.aborted) break;
      let taken = plain ? takeMany(producer, lines, plain, commitEvery - uncommitted) : 0;
      if (taken === 0) {
        if (!lines.next()) break;
        taken = takeOne(producer, lines, record, refusals);
      }
      uncommitted += taken;
      if (uncommitted >= commitEvery) {
        await producer.commit();
        uncommitted = 0;
      }
      pacer?.took();
    }
    if (stop.aborted) return;
    if (producer.isFull) await producer.room();
  }
}

/** Takes the line that `lines` stands at; answers 0 when it cannot be a record. */
function takeOne(producer: Producer, lines: Lines, record: InputRecord, refusals: Refusals): number {
  const problem = lines.isTooLong
    ? `is longer than ${maxLineBytes} bytes`
    : (record.parse(lines) ?? placeProblem(record, producer));
  if (problem) {
    refusals.addBadLine(lines.number, problem);
    return 0;
  }
  producer.append(record, record.headers, lines.number, record.partition);
  return 1;
}

interface PlainForm {
  headers: Buffer;
  timestampMs: number | undefined;
}

/** Of records that lines become as they are, so that nobody has to look at each; undefined for others. */
function plainForm({ form, template, ratePerSec }: ProduceRequest): PlainForm | undefined {
  if (form.type !== 'lines' || template !== undefined || ratePerSec !== undefined) return undefined;
  const { keySeparator, lineHeaders, nullMarker, codecs, headers, timestampMs } = form;
  if (keySeparator || lineHeaders || nullMarker || codecs?.key || codecs?.value) return undefined;
  return { headers: encodeHeaders(headers), timestampMs };
}

/** Takes as many lines at once as go together; answers how many. */
function takeMany(
  producer: Producer,
  lines: Lines,
  { headers, timestampMs }: PlainForm,
  most: number,
): number {
  const rest = lines.rest();
  if (!rest) return 0;
  const run = { ...rest, headers, timestampMs: timestampMs ?? lines.readAtMs, most };
  const taken = producer.appendLines(run, lines.number + 1);
  if (taken > 0) lines.skip(taken, run.start);
  return taken;
}

function placeProblem({ partition }: InputRecord, { partitionCount }: Producer): string | undefined {
  if (partition < partitionCount) return undefined;
  return `names partition ${partition}, and the topic has ${partitionCount}`;
}

function linesOf(
  request: ProduceRequest,
  streams: ProduceStreams,
  signal: AbortSignal,
  memory: Buffer<ArrayBuffer> | undefined,
): AsyncGenerator<Lines> {
  const { template, files, repeat, delimiter, count = Number.POSITIVE_INFINITY } = request;
  if (template !== undefined) return templateLines(template, { count, signal });
  const sources = files.map((file) => sourceOf(file, streams.input, memory));
  return streamLines(repeated(sources, repeat), { maxLineBytes, delimiter, signal, memory });
}

function* repeated(sources: LineSource[], times: number): Generator<LineSource> {
  for (let turn = 0; turn < times; turn++) yield* sources;
}

/** Before anything is written: half of the files is no good beginning. @throws KctlError with the system's code */
async function checkReadable(file: string): Promise<void> {
  if (file === '-') return;
  await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    const code = error.code ?? 'UNREADABLE';
    throw new KctlError(`cannot read ${file}`, { code, words: error.message, cause: error });
  });
}

/** "-" is standard input. */
function sourceOf(
  file: string,
  input: ProduceStreams['input'],
  memory: Buffer<ArrayBuffer> | undefined,
): LineSource {
  if (file !== '-') return { name: file, open: () => new FileChunks(file, memory) };
  return { name: 'standard input', open: () => (isFile(0) ? new FileChunks(0, memory) : input) };
}

interface Pacer {
  /** Resolves when the next line is due, or there will be none. */
  turn(): Promise<void> | undefined;
  took(): void;
}

/** A template that nothing else bounds makes a line a second. */
function pacerOf({ ratePerSec, template, count }: ProduceRequest, stop: AbortSignal): Pacer | undefined {
  const rate = ratePerSec ?? (template !== undefined && count === undefined ? 1 : undefined);
  if (rate === undefined) return undefined;
  const startedAtMs = performance.now();
  let taken = 0;
  return {
    turn() {
      const waitMs = startedAtMs + (taken * 1000) / rate - performance.now();
      return waitMs > 0 ? pause(waitMs, stop) : undefined;
    },
    took() {
      taken += 1;
    },
  };
}

/** Waits for what was accepted; once interrupted, only so long. */
async function settle(producer: Producer, interrupted: AbortSignal, commit: boolean): Promise<Delivery> {
  const giveUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onInterrupt = () => {
    timer = setTimeout(() => giveUp.abort(), graceMs);
  };
  if (interrupted.aborted) onInterrupt();
  else interrupted.addEventListener('abort', onInterrupt, { once: true });
  try {
    return await producer.close(giveUp.signal, { commit });
  } finally {
    interrupted.removeEventListener('abort', onInterrupt);
    clearTimeout(timer);
  }
}

function inputError(error: unknown): ItemError {
  // Without a code of the system's it is no failure to read.
  if (!(error instanceof InputError) || error.cause.code === undefined) throw error;
  return { subject: error.source, code: error.cause.code, message: error.message };
}

function failureOf(
  topic: string,
  { failure, acknowledged, settledThroughLine, unacknowledged }: Delivery,
): ItemError[] {
  if (!failure) return [];
  if (!(failure instanceof KctlError)) throw failure;
  const { code, exitCode, hint, words, message } = failure;
  const reach = `${acknowledged.records} acknowledged, ${unacknowledged} not; every line through ${settledThroughLine} is settled`;
  return [
    {
      subject: `topic ${topic}`,
      code,
      message: `${message}: ${words ? `${words} ` : ''}(${reach})`,
      exitCode,
      ...(hint ? { hint } : {}),
    },
  ];
}
