import type { ListDocument, ResultDocument } from '../base/result.js';
import type { Integer } from '../zk/answer.js';
import type { Member } from '../zk/members.js';
import type { Way } from '../zk/ways.js';

export type ServerState =
  | 'leader'
  | 'follower'
  | 'observer'
  | 'standalone'
  | 'read-only'
  | 'serving'
  | 'not-serving';

/** One server of an ensemble as it was found; what nobody told is absent. */
export interface ServerReport {
  server: string;
  host: string;
  id?: number;
  /** Absent when it cannot be reached, or says nothing. `serving` is what a session tells when words are refused. */
  state?: ServerState;
  via?: Way;
  /** Why there is no state. */
  error?: { code: string; message: string };
  /** How long it took to answer. */
  responseMs?: number;
  zookeeperVersion?: string;
  zxid?: string;
  epoch?: number;
  latencyMs?: { avg: number; max: number };
  outstandingRequests?: number;
  connectionCount?: number;
  /** The client address with the most connections. */
  busiestClient?: { host: string; connections: number };
  watchCount?: number;
  znodeCount?: number;
  packetsReceived?: number;
  packetsSent?: number;
  openFiles?: number;
  maxOpenFiles?: number;
  /** Of a leader: followers that vote and are in sync. */
  syncedFollowers?: number;
  dataDirBytes?: number;
  logDirBytes?: number;
  settings?: Record<string, Integer | string>;
  members?: Member[];
  /** Words that the whitelist refuses. */
  refusedWords: string[];
}

export type Severity = 'warning' | 'failure';

export interface Finding {
  severity: Severity;
  /** A stable word for scripts. */
  code: string;
  server?: string;
  message: string;
  hint?: string;
}

export interface EnsembleHealth extends ResultDocument {
  verdict: 'ok' | 'warning' | 'failure';
  /** One line, as Nagios shows it. */
  summary: string;
  voters: number;
  serving: number;
  leader: string | null;
  findings: Finding[];
  servers: ServerReport[];
}

export interface RestartVerdict extends ResultDocument {
  server: string;
  safe: boolean;
  reasons: string[];
  /** Voters that would serve without it, and how many a majority is. */
  servingWithout: number;
  majority: number;
}

export interface Thresholds {
  avgLatencyMs: number;
  maxLatencyMs: number;
  outstandingRequests: number;
  zxidLag: number;
  /** Shares of 1 from which a limit is warned of. */
  connections: number;
  openFiles: number;
  logDirBytes: number;
  growthBytesPerHour: number;
}

export const defaultThresholds: Thresholds = {
  avgLatencyMs: 100,
  maxLatencyMs: 5000,
  outstandingRequests: 100,
  zxidLag: 1000,
  connections: 0.8,
  openFiles: 0.8,
  logDirBytes: 50 * 1024 ** 3,
  growthBytesPerHour: 10 * 1024 ** 3,
};

export type AdminAnswer = ListDocument<{ server: string; answer: Record<string, unknown> }>;
