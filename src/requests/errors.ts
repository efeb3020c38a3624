import { ExitCode, KctlError } from '../base/errors.js';
import { nearestNames } from '../base/names.js';
import { type ListDocument, listDocument } from '../base/result.js';
import { type KafkaError, kafkaErrors } from '../protocol/errors.js';
import type { View } from '../render/view.js';

export type KafkaErrorList = ListDocument<KafkaError>;

/** Finds errors of Kafka by code or name; all without any. */
export function lookUpErrors(words: string[]): KafkaErrorList {
  const found = words.map((word) => ({ word, error: kafkaErrors.find((each) => isMeant(each, word)) }));
  const errors = found.flatMap(({ word, error }) => (error ? [] : [unknown(word)]));
  const items = words.length === 0 ? [...kafkaErrors] : found.flatMap(({ error }) => error ?? []);
  if (items.length === 0 && errors.length === 1 && errors[0])
    throw new KctlError(errors[0].message, errors[0]);
  return listDocument('KafkaErrorList', 1, items, errors);
}

/** Kafka's Java classes call them `UnknownTopicOrPartitionException`. */
function isMeant({ code, name }: KafkaError, word: string): boolean {
  const bare = (text: string) =>
    text
      .toUpperCase()
      .replace(/EXCEPTION$/, '')
      .replace(/[_-]/g, '');
  return /^-?\d+$/.test(word) ? code === Number(word) : bare(name) === bare(word);
}

function unknown(word: string) {
  const near = nearestNames(
    word.toUpperCase(),
    kafkaErrors.map(({ name }) => name),
  );
  return {
    subject: `error ${word}`,
    code: 'UNKNOWN_ERROR',
    message: `Kafka has no error ${word}`,
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'All are shown by: kctl errors lookup',
    exitCode: ExitCode.notFound,
  };
}

export function viewErrors({ items }: KafkaErrorList): View {
  return {
    sections: [
      {
        type: 'table',
        columns: [
          { header: 'code', align: 'right' },
          { header: 'name' },
          { header: 'clients try again' },
          { header: 'meaning' },
        ],
        rows: items.map(({ code, name, retriable, message }) => [
          ...[code, name],
          retriable ? 'yes' : 'no',
          message,
        ]),
      },
    ],
    names: items.map(({ name }) => name),
  };
}
