import { type Tone, toned, type View } from '../render/view.js';
import type { DoctorOutcome, DoctorReport } from './types.js';

const tones: Record<DoctorOutcome, Tone> = { good: 'good', warning: 'warn', failed: 'bad', skipped: 'dim' };

export function viewDoctorReport({ bootstrapServers, checks, context, security }: DoctorReport): View {
  return {
    sections: [
      {
        type: 'facts',
        facts: [
          ['context', context],
          ['bootstrap servers', bootstrapServers],
          ['security', security],
        ],
        forPeople: true,
      },
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
    names: checks
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ subject, stage }) => `${subject} ${stage}`),
  };
}
