import { metadataRecords } from '../../protocol/stored/cluster-metadata.js';
import { consumerGroupRecords } from '../../protocol/stored/consumer-groups.js';
import { shareGroupRecords } from '../../protocol/stored/share-groups.js';
import { shareStateRecords } from '../../protocol/stored/share-state.js';
import {
  decodeKey,
  decodeMetadata,
  decodeValue,
  type StoredRecord,
} from '../../protocol/stored/stored-record.js';
import { streamsGroupRecords } from '../../protocol/stored/streams-groups.js';
import { transactionRecords } from '../../protocol/stored/transactions.js';
import type { RecordFilter } from '../filter.js';
import { Codec, type Codecs } from './codec.js';
import { formatters, type ReadingFormatter, type StoredTopic } from './formatters.js';

const groupRecords = [...consumerGroupRecords, ...shareGroupRecords, ...streamsGroupRecords];

const recordsOf: Record<StoredTopic, readonly StoredRecord[]> = {
  __consumer_offsets: groupRecords,
  __transaction_state: transactionRecords,
  __share_group_state: shareStateRecords,
};

/** What one of Kafka's own topics holds: `{type, name, data}` for a key, `{version, data}` for a value. */
export function kafkaCodecs(topic: StoredTopic): Codecs {
  return codecsOf(recordsOf[topic], { named: true });
}

/** The same as a formatter of Kafka's prints it, without names, and the records that it shows. */
export function formatterCodecs(name: ReadingFormatter): { codecs: Codecs; filter: RecordFilter } {
  const { topic, types }: { topic: StoredTopic; types: readonly number[] } = formatters[name];
  return {
    codecs: codecsOf(recordsOf[topic], { named: false }),
    filter: ({ bytes, keyStart, keyEnd }) =>
      keyEnd - keyStart >= 2 && types.includes(bytes.readInt16BE(keyStart)),
  };
}

/** The values of a KRaft cluster's metadata, without what is secret in them. */
export function metadataCodecs(): Codecs {
  const decode = (bytes: Buffer) => {
    const { type, record, version, data } = decodeMetadata(metadataRecords, bytes);
    return { type, name: record?.name, version, data: withoutSecrets(data) };
  };
  return { key: undefined, value: new Codec('kafka', { decode, encode }) };
}

/** Of SCRAM users, and of configurations that are secret by their name: the log does not say which are. */
const secretFields = ['salt', 'storedKey', 'serverKey'];
const secretConfigs = /password|secret|jaas|keystore\.key|token/i;

function withoutSecrets(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  const fields = data as Record<string, unknown>;
  const isSecret = (name: string) =>
    secretFields.includes(name) ||
    (name === 'value' && typeof fields.name === 'string' && secretConfigs.test(fields.name));
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isSecret(name) ? '[hidden]' : value]),
  );
}

function encode(): never {
  throw new TypeError('only Kafka writes it');
}

function codecsOf(records: readonly StoredRecord[], { named }: { named: boolean }): Codecs {
  const key = {
    decode(bytes: Buffer) {
      const { type, record, data } = decodeKey(records, bytes);
      return { type, ...(named ? { name: record?.name } : {}), data };
    },
    encode,
  };
  const value = {
    decode(bytes: Buffer, keyBytes?: Buffer | null) {
      const record = keyBytes ? decodeKey(records, keyBytes).record : undefined;
      if (!record) throw new TypeError('its key is of a type that is not known');
      return decodeValue(record, bytes);
    },
    encode,
  };
  return { key: new Codec('kafka', key), value: new Codec('kafka', value) };
}
