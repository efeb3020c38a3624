import type { ItemError } from '../base/result.js';

export type DoctorOutcome = 'good' | 'warning' | 'failed' | 'skipped';

/** One thing that was looked at. */
export interface DoctorCheck {
  /** `name`, `connect`, `tls`, `kafka`, `login`, `metadata`, `advertised`, `authorisation`, `round trip`. */
  stage: string;
  /** `bootstrap host:port`, `broker 1 host:port`, or the cluster. */
  subject: string;
  outcome: DoctorOutcome;
  tookMs: number;
  /** What was found, or what failed. */
  evidence: string;
  /** A stable word for what failed. */
  code: string | null;
  /** What to change. */
  fix: string | null;
}

export interface DoctorReport {
  kind: 'DoctorReport';
  version: 1;
  context: string | null;
  bootstrapServers: string;
  security: string;
  /** Of the first bootstrap server that answers; null where none does. */
  clusterId: string | null;
  brokers: number | null;
  healthy: boolean;
  checks: DoctorCheck[];
  warnings: string[];
  errors: ItemError[];
}
