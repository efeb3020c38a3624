import { type FactsSection, type Tone, toned, type View } from '../render/view.js';
import type { DoctorOutcome, DoctorReport } from './types.js';

const tones: Record<DoctorOutcome, Tone> = { good: 'good', warning: 'warn', failed: 'bad', skipped: 'dim' };

/** The whole of it. */
export function viewDoctorReport(report: DoctorReport): View {
  const { checks } = report;
  return {
    sections: [
      { ...summary(report), forPeople: true },
      {
        type: 'table',
        columns: [
          { header: 'subject' },
          { header: 'stage' },
          { header: 'outcome' },
          { header: 'ms', align: 'right' },
          { header: 'found' },
        ],
        rows: checks.map(({ subject, stage, outcome, tookMs, evidence }) => [
          subject,
          stage,
          toned(outcome, tones[outcome]),
          tookMs,
          evidence,
        ]),
      },
    ],
    names: failures(report),
  };
}

/** Whether the cluster is reached, and which it is; what fails is told as errors. */
export function viewDoctorSummary(report: DoctorReport): View {
  return { sections: [summary(report)], names: failures(report) };
}

function summary(report: DoctorReport): FactsSection {
  const { bootstrapServers, brokers, clusterId, context, healthy, security } = report;
  return {
    type: 'facts',
    facts: [
      ['context', context ?? toned('none', 'dim')],
      ['bootstrap servers', bootstrapServers],
      ['security', security],
      ['reached', healthy ? toned('yes', 'good') : toned(clusterId === null ? 'no' : 'not wholly', 'bad')],
      ['cluster id', clusterId],
      ['brokers', brokers],
    ],
  };
}

function failures({ checks }: DoctorReport): string[] {
  return checks
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ subject, stage }) => `${subject} ${stage}`);
}
