import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { usageError } from '../base/errors.js';
import type { Codecs } from '../records/codecs/codec.js';
import { decodeFlags, openCodecs } from '../records/codecs/flags.js';
import { storedTopicOf } from '../records/codecs/formatters.js';
import { compileFormat } from '../records/format.js';
import { formatJsonLine } from '../records/format-json.js';
import type { DumpRequest } from './dump.js';
import { type LogFile, logFiles } from './files.js';
import { printJson, printText } from './lines.js';

/** What Kafka's own topics are decoded as; its DumpLogSegments has a switch for each. */
const decoders = {
  metadata: '__cluster_metadata',
  offsets: '__consumer_offsets',
  transactions: '__transaction_state',
  'share-state': '__share_group_state',
  none: '',
} as const;

export const dumpFlags = {
  deep: Flags.boolean({
    description: "show the records too (Kafka's --deep-iteration --print-data-log)",
    exclusive: ['verify'],
  }),
  verify: Flags.boolean({ description: 'read and check all of it, and show only what is wrong' }),
  decoder: Flags.option({
    options: Object.keys(decoders) as Array<keyof typeof decoders>,
    description: "of which of Kafka's own topics the records are (by default what the folder's name says)",
  })(),
  ...decodeFlags,
};

type DumpFlagValues = InferredFlags<typeof dumpFlags>;

/** @throws KctlError exit 2 or 4 for files that there are not, or that are something else */
export async function dumpRequest(
  paths: readonly string[],
  flags: DumpFlagValues & { output: string },
): Promise<DumpRequest> {
  const { output, deep, verify } = flags;
  if (paths.length === 0) throw usageError('no file was named', 'Write for example: kctl log dump orders-0/');
  const asJson = output === 'json' || output === 'ndjson';
  if (!asJson && output !== 'table' && output !== 'wide')
    throw usageError(
      `a log cannot be printed as ${output}`,
      'Use -o json, a document a line, or no --output.',
    );
  const given = await openCodecs(flags);
  return {
    files: await logFiles(paths),
    deep: deep || verify,
    verify,
    codecsOf: (file) => codecsOf(file, flags, given),
    print: asJson ? printJson : printText,
    format: asJson ? formatJsonLine : compileFormat('  | {offset}  {time}  {key} -> {value}'),
    asJson,
  };
}

async function codecsOf(file: LogFile, { decoder }: DumpFlagValues, given: Codecs): Promise<Codecs> {
  const topic = decoder === undefined ? file.topic : decoders[decoder];
  if (given.key || given.value || topic === undefined) return given;
  const stored = storedTopicOf([topic]);
  if (!stored && topic !== '__cluster_metadata') return given;
  const { kafkaCodecs, metadataCodecs } = await import('../records/codecs/kafka-topics.js');
  return stored ? kafkaCodecs(stored) : metadataCodecs();
}
