import { showBytes } from '../base/units.js';
import type { Cell, FactsSection, View } from '../render/view.js';
import type { PartitionAdvice } from './advise.js';
import type { Bar, Percentiles } from './histogram.js';
import type { PerfSuite } from './suite.js';
import type { PerfConsume, PerfLatency, PerfProduce, Throughput } from './types.js';

const widestBar = 40;

export function viewPerfProduce(document: PerfProduce): View {
  const { latency, steady, histogram, transactions } = document;
  const facts: FactsSection['facts'] = [...throughputFacts(document), ...latencyFacts(latency)];
  if (transactions > 0) facts.push(['transactions', transactions]);
  const behind: FactsSection = {
    type: 'facts',
    title: 'behind the warm-up',
    facts: steady ? [...throughputFacts(steady), ...latencyFacts(steady.latency)] : [],
  };
  return {
    sections: [{ type: 'facts', facts }, ...(steady ? [behind] : []), ...bars(histogram)],
    names: [document.topic],
  };
}

export function viewPerfConsume(document: PerfConsume): View {
  const { firstRecordMs, topic } = document;
  const facts: FactsSection['facts'] = [
    ...throughputFacts(document),
    ['first record after', firstRecordMs === null ? '-' : `${firstRecordMs} ms`],
  ];
  return { sections: [{ type: 'facts', facts }], names: [topic] };
}

export function viewPerfLatency({ latency, histogram, records, topic }: PerfLatency): View {
  const facts: FactsSection['facts'] = [['records', records], ...latencyFacts(latency)];
  return { sections: [{ type: 'facts', facts }, ...bars(histogram)], names: [topic] };
}

function throughputFacts({
  records,
  durationMs,
  recordsPerSec,
  megabytesPerSec,
}: Throughput): FactsSection['facts'] {
  return [
    ['records', records],
    ['time', `${(durationMs / 1000).toFixed(2)} s`],
    ['records/s', recordsPerSec.toLocaleString('en')],
    ['MB/s', megabytesPerSec.toFixed(2)],
  ];
}

function latencyFacts(latency: Percentiles | null): FactsSection['facts'] {
  if (!latency) return [['latency', '-']];
  const { averageMs, p50Ms, p95Ms, p99Ms, p999Ms, maxMs } = latency;
  return [
    ['latency', `${showMs(averageMs)} on average, ${showMs(maxMs)} at most`],
    [
      'percentiles',
      `50 %: ${showMs(p50Ms)}, 95 %: ${showMs(p95Ms)}, 99 %: ${showMs(p99Ms)}, 99.9 %: ${showMs(p999Ms)}`,
    ],
  ];
}

const showMs = (ms: number): string => `${ms >= 100 ? Math.round(ms) : ms.toPrecision(3)} ms`;

/** Of a text histogram; the longest bar is that of the most. */
function bars(histogram: readonly Bar[]): View['sections'] {
  const most = Math.max(...histogram.map(({ count }) => count));
  if (histogram.length === 0) return [];
  return [
    {
      type: 'table',
      columns: [{ header: 'below', align: 'right' }, { header: 'records', align: 'right' }, { header: '' }],
      rows: histogram.map(({ belowMs, count }) => [
        showMs(belowMs),
        count,
        '█'.repeat(Math.ceil((count / most) * widestBar)),
      ]),
    },
  ];
}

/** A case, what was published of it, and what was measured here. */
export function viewPerfSuite({ items }: PerfSuite): View {
  const ofLatency = ({ p50Ms, p99Ms, p999Ms }: { p50Ms: number; p99Ms: number; p999Ms: number }) =>
    `${showMs(p50Ms)} / ${showMs(p99Ms)} / ${showMs(p999Ms)}`;
  const rate = (perSec: number | null) => (perSec === null ? '-' : `${perSec.toLocaleString('en')}/s`);
  return {
    sections: [
      {
        type: 'table',
        columns: [
          { header: 'case' },
          { header: 'published', align: 'right' },
          { header: 'here', align: 'right' },
          { header: 'times', align: 'right' },
        ],
        rows: items.map(({ name, publishedLatency, publishedRecordsPerSec, recordsPerSec, latency }) =>
          publishedLatency
            ? [
                `${name} (50 / 99 / 99.9 %)`,
                ofLatency(publishedLatency),
                latency ? ofLatency(latency) : '-',
                '',
              ]
            : [
                name,
                rate(publishedRecordsPerSec),
                rate(recordsPerSec),
                recordsPerSec && publishedRecordsPerSec
                  ? (recordsPerSec / publishedRecordsPerSec).toFixed(2)
                  : '-',
              ],
        ),
      },
    ],
    names: items.map(({ name }) => name),
  };
}

export function viewPartitionAdvice({
  partitions,
  targetBytesPerSec,
  producer,
  consumer,
}: PartitionAdvice): View {
  const row = (what: string, { bytesPerSec, source, partitions }: PartitionAdvice['producer']): Cell[] => [
    what,
    `${showBytes(bytesPerSec)}/s`,
    source,
    partitions,
  ];
  return {
    sections: [
      {
        type: 'facts',
        facts: [
          ['target', `${showBytes(targetBytesPerSec)}/s`],
          ['partitions', partitions],
        ],
      },
      {
        type: 'table',
        columns: [
          { header: 'one partition is' },
          { header: 'rate', align: 'right' },
          { header: 'number' },
          { header: 'partitions', align: 'right' },
        ],
        rows: [row('written with', producer), row('read with', consumer)],
      },
    ],
    names: [String(partitions)],
  };
}
