import * as Flags from '@oclif/core/flags';
import { parseBytes, parseDurationMs } from '../base/parse.js';
import { defaultThresholds, type Thresholds } from './types.js';

const duration = Flags.custom<number>({
  parse: async (text) => parseDurationMs(text),
  helpValue: '<duration>',
});
const bytes = Flags.custom<number>({
  parse: async (text) => parseBytes(text),
  helpValue: '<bytes>',
});
const percentage = (description: string, share: number) =>
  Flags.integer({ description, default: Math.round(share * 100), min: 1, max: 100, helpValue: '<percent>' });

/** From which numbers on `zk health` finds fault. */
export const healthFlags = {
  'avg-latency': duration({
    description: 'average latency to warn of',
    default: defaultThresholds.avgLatencyMs,
  }),
  'max-latency': duration({
    description: 'longest latency to warn of',
    default: defaultThresholds.maxLatencyMs,
  }),
  outstanding: Flags.integer({
    description: 'waiting requests to warn of',
    default: defaultThresholds.outstandingRequests,
  }),
  'zxid-lag': Flags.integer({
    description: 'transactions behind the leader to warn of',
    default: defaultThresholds.zxidLag,
  }),
  connections: percentage('share of maxClientCnxns to warn of', defaultThresholds.connections),
  'open-files': percentage('share of the limit of open files to warn of', defaultThresholds.openFiles),
  'disk-usage': bytes({
    description: 'size of snapshots and logs to warn of',
    default: defaultThresholds.logDirBytes,
  }),
  'disk-growth': bytes({
    description: 'growth of snapshots and logs in an hour to warn of, seen after ten minutes of --watch',
    default: defaultThresholds.growthBytesPerHour,
  }),
};

interface HealthFlagValues {
  'avg-latency': number;
  'max-latency': number;
  outstanding: number;
  'zxid-lag': number;
  connections: number;
  'open-files': number;
  'disk-usage': number;
  'disk-growth': number;
}

export function thresholdsOf(flags: HealthFlagValues): Thresholds {
  return {
    avgLatencyMs: flags['avg-latency'],
    maxLatencyMs: flags['max-latency'],
    outstandingRequests: flags.outstanding,
    zxidLag: flags['zxid-lag'],
    connections: flags.connections / 100,
    openFiles: flags['open-files'] / 100,
    logDirBytes: flags['disk-usage'],
    growthBytesPerHour: flags['disk-growth'],
  };
}
