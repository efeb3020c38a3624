import { partitionName } from '../client/fetch-leaders.js';
import type { Cell, Column, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type {
  HangingTransactionList,
  ProducerDescription,
  ProducerDescriptionList,
  TransactionAbortList,
  TransactionDescriptionList,
  TransactionList,
} from './types.js';

const number = (header: string): Column => ({ header, align: 'right' });

export function viewTransactions({ items }: TransactionList): View {
  const columns = [
    { header: 'transactional id' },
    { header: 'state' },
    number('producer id'),
    number('coordinator'),
  ];
  const rows = items.map((item) => [
    item.transactionalId,
    stateCell(item.state),
    item.producerId,
    item.coordinator,
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No transactions.' }],
    names: items.map(({ transactionalId }) => transactionalId),
  };
}

export function viewTransactionDescriptions({ items }: TransactionDescriptionList): View {
  return {
    sections: items.map((item) => ({
      type: 'facts',
      title: item.transactionalId,
      facts: [
        ['state', stateCell(item.state)],
        ['producer id', item.producerId],
        ['producer epoch', item.producerEpoch],
        ['coordinator', item.coordinator],
        ['timeout ms', item.timeoutMs],
        ['begun', item.startTimeMs === null ? null : new Date(item.startTimeMs).toISOString()],
        ['under way for ms', item.durationMs],
        ['partitions', item.partitions.map(partitionName).join(' ') || null],
      ],
    })),
    names: items.map(({ transactionalId }) => transactionalId),
  };
}

const producerColumns: Column[] = [
  { header: 'topic' },
  number('partition'),
  number('producer id'),
  number('epoch'),
  number('last sequence'),
  { header: 'last record' },
  number('open since offset'),
];

function producerRow(producer: ProducerDescription): Cell[] {
  const start = producer.currentTransactionStartOffset;
  return [
    producer.topic,
    producer.partition,
    producer.producerId,
    producer.producerEpoch,
    producer.lastSequence,
    producer.lastTimestampMs < 0 ? null : new Date(producer.lastTimestampMs).toISOString(),
    start === null ? null : toned(start, 'warn'),
  ];
}

export function viewProducers({ items }: ProducerDescriptionList): View {
  const table = { type: 'table' as const, columns: producerColumns, rows: items.map(producerRow) };
  return {
    sections: [{ ...table, whenEmpty: 'No producers.' }],
    names: items.map(({ producerId }) => String(producerId)),
  };
}

export function viewHanging({ items }: HangingTransactionList): View {
  const columns = [...producerColumns, { header: 'transactional id' }, number('open ms')];
  const rows = items.map((item) => [...producerRow(item), item.transactionalId, item.openMs]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No hanging transactions.' }],
    names: items.map((item) => `${partitionName(item)} ${item.producerId}`),
  };
}

export function viewAbort({ items, dryRun }: TransactionAbortList): View {
  const columns = [
    { header: 'topic' },
    number('partition'),
    number('producer id'),
    number('epoch'),
    number('open since offset'),
    { header: 'result' },
  ];
  const rows = items.map((item) => [
    item.topic,
    item.partition,
    item.producerId,
    item.producerEpoch,
    item.startOffset,
    dryRun ? `${item.result} (dry run)` : item.result,
  ]);
  return { sections: [{ type: 'table', columns, rows }], names: items.map(partitionName) };
}

function stateCell(state: string): Cell {
  if (state === 'Ongoing' || state.startsWith('Prepare')) return toned(state, 'warn');
  return toned(state, 'dim');
}
