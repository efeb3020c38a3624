import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { usageError } from '../base/errors.js';
import { parseDurationMs } from '../base/parse.js';
import { type Compression, produceFlags } from '../records/produce-flags.js';
import { countingPayloads, filePayloads, randomPayloads } from './payloads.js';
import type { PerfProduceRequest } from './produce.js';

const duration = Flags.custom<number>({
  parse: async (text) => parseDurationMs(text),
  helpValue: '<duration>',
});
const count = (description: string, fallback: number) =>
  Flags.integer({ description, min: 1, max: Number.MAX_SAFE_INTEGER, default: fallback, helpValue: '<n>' });
const { acks, compression, 'batch-size': batchSize, 'delivery-timeout': deliveryTimeout } = produceFlags;

const topic = Flags.string({ char: 't', description: "the topic, in Kafka's own way", helpValue: '<topic>' });
const reportingInterval = {
  'reporting-interval': duration({ description: 'how often to say how far it is', default: 5000 }),
};

/** Of perf produce: those of ProducerPerformance, and those of the producer by name. */
export const perfProduceFlags = {
  topic,
  'num-records': count('how many records to write', 1_000_000),
  'record-size': Flags.integer({
    description: 'bytes of a value (default 100)',
    min: 1,
    max: 100 * 1024 * 1024,
    helpValue: '<bytes>',
    exclusive: ['payload-file', 'payload-monotonic'],
  }),
  throughput: Flags.custom<number>({
    parse: async (text) => throughputOf(text),
    description: 'at most so many records a second; -1 for as many as go (the default)',
    helpValue: '<n>',
  })(),
  'payload-file': Flags.string({
    description: 'take values from the lines of this file',
    helpValue: '<file>',
  }),
  'payload-delimiter': Flags.string({
    description: 'what parts the file (default a line feed)',
  }),
  'payload-monotonic': Flags.boolean({
    description: 'values are numbers in order',
    exclusive: ['payload-file'],
  }),
  producers: count('so many producers beside one another', 1),
  'warmup-records': Flags.integer({
    description: 'so many records first, which are left out of the steady figures',
    min: 0,
    default: 0,
  }),
  ...{ acks, compression, 'batch-size': batchSize, 'delivery-timeout': deliveryTimeout },
  'transactional-id': Flags.string({ description: 'write in transactions of this id', helpValue: '<id>' }),
  'transaction-duration-ms': Flags.integer({
    description: 'commit so often (default 3000)',
    min: 1,
    dependsOn: ['transactional-id'],
  }),
  ...reportingInterval,
};

/** Of perf consume: those of ConsumerPerformance. */
export const perfConsumeFlags = {
  topic,
  'num-records': Flags.integer({
    description: 'how many records to read',
    min: 1,
    default: 1_000_000,
    aliases: ['messages'],
  }),
  consumers: count('so many readers beside one another', 1),
  'from-latest': Flags.boolean({ description: 'begin at the end, not at the first record' }),
  'idle-timeout': duration({ description: 'end when no record came for so long', default: 10_000 }),
  ...reportingInterval,
};

/** Of perf latency: those of EndToEndLatency. */
export const perfLatencyFlags = {
  topic,
  'num-records': count('how many records to send, one after another', 1000),
  'record-size': Flags.integer({ description: 'bytes of a value', min: 10, max: 1_000_000, default: 100 }),
  acks: Flags.option({
    options: ['all', '1'] as const,
    aliases: ['producer-acks'],
    default: 'all',
    description: 'who must have a record',
  })(),
  'record-timeout': duration({ description: 'how long one record may take', default: 60_000 }),
};

function throughputOf(text: string): number {
  const value = Number(text);
  if (value === -1) return Number.POSITIVE_INFINITY;
  if (value > 0 && Number.isFinite(value)) return value;
  throw usageError(`"${text}" is no number of records a second`, 'Write a number, or -1 for as many as go.');
}

/** The topic that is an argument, or --topic. @throws KctlError exit 2 where there is none */
export function topicOf(argument: string | undefined, flags: { topic?: string | undefined }): string {
  const topic = argument ?? flags.topic;
  if (topic) return topic;
  throw usageError('no topic was named', 'For example: kctl perf produce perf-test');
}

/** @throws KctlError exit 2 for flags that do not go together */
export async function perfProduceRequest(
  topic: string,
  flags: InferredFlags<typeof perfProduceFlags>,
): Promise<PerfProduceRequest> {
  const transactionalId = flags['transactional-id'];
  if (transactionalId !== undefined && flags.acks !== 'all') throw usageError('transactions need --acks all');
  const packing: Compression = flags.compression ?? { codec: 'none' };
  return {
    topic,
    records: flags['num-records'],
    payloads: await payloadsOf(flags),
    recordsPerSec: flags.throughput ?? Number.POSITIVE_INFINITY,
    producers: flags.producers,
    acks: flags.acks,
    ...packing,
    batchBytes: flags['batch-size'],
    deliveryTimeoutMs: flags['delivery-timeout'],
    warmupRecords: flags['warmup-records'],
    ...(transactionalId === undefined ? {} : { transactionalId }),
    transactionMs: flags['transaction-duration-ms'] ?? 3000,
  };
}

async function payloadsOf(flags: InferredFlags<typeof perfProduceFlags>): Promise<Buffer[]> {
  const file = flags['payload-file'];
  if (file !== undefined) return filePayloads(file, flags['payload-delimiter'] ?? '\n');
  if (flags['payload-monotonic']) return countingPayloads(flags['batch-size']);
  return randomPayloads(flags['record-size'] ?? 100);
}

/** A measurement takes as long as it takes, and each request no longer than usual. */
export function unhurried<
  Flags extends { timeout?: number | undefined; 'request-timeout'?: number | undefined },
>(flags: Flags): Flags {
  return {
    ...flags,
    timeout: flags.timeout ?? longestMs,
    'request-timeout': flags['request-timeout'] ?? requestMs,
  };
}

const longestMs = 24 * 60 * 60 * 1000;
const requestMs = 10_000;
