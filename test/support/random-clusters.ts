import type { ClusterSnapshot, PlanRequest, ReassignmentPlan } from '../../src/reassign/plan/types.js';
import { plainRequest } from '../../src/reassign/plan/types.js';

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const intents = [
  'drain',
  'replace',
  'set-rf',
  'fill',
  'fill + balance',
  'rebalance',
  'drain + balance',
] as const;
export type Intent = (typeof intents)[number];

export interface Instance {
  seed: number;
  intent: Intent;
  snapshot: ClusterSnapshot;
  request: PlanRequest;
  /** Racks differ in size by more than one broker. */
  unequalRacks: boolean;
}

export interface Shape {
  brokers: number;
  racks: number;
  partitions: number;
  factor?: number;
  unequal?: boolean;
  /** How many brokers have just been added, and hold nothing. */
  fresh?: number;
  /** 0: replicas are where they would be put one after another; 1: where chance put them. */
  skew?: number;
}

/** A cluster with log-normal sizes, a few huge, and replicas in as many racks as there are. */
export function randomCluster(shape: Shape, random: () => number): ClusterSnapshot {
  const { brokers, racks, partitions, factor, unequal = false, fresh = 0, skew = 0.5 } = shape;
  const rackOf = Array.from({ length: brokers }, (_, b) =>
    b < racks ? b : unequal ? Math.floor(racks * random() ** 1.7) : b % racks,
  );
  const old = brokers - fresh;
  const bias = Array.from({ length: old }, () => 1 + skew * (random() * 2 - 1));
  const sigma = 0.5 + random();
  const topics: ClusterSnapshot['topics'] = [];
  for (let left = partitions; left > 0; ) {
    const count = Math.min(left, 1 + Math.floor(60 * random() ** 2));
    const replicationFactor = Math.min(old, factor ?? 1 + Math.floor(5 * random()));
    const scale = Math.exp(1.2 * normal(random));
    const name = `topic-${String(topics.length).padStart(6, '0')}`;
    const list = Array.from({ length: count }, (_, partition) => {
      const replicas = pickReplicas(replicationFactor, bias, rackOf, random);
      const huge = random() < 0.0005 ? 40 : 1;
      const sizeBytes = Math.floor(huge * 2e8 * scale * Math.exp(sigma * normal(random)));
      return { partition, replicas: replicas.map((b) => b + 1), leader: (replicas[0] ?? 0) + 1, sizeBytes };
    });
    topics.push({ name, partitions: list });
    left -= count;
  }
  return {
    clusterId: 'simulated',
    brokers: rackOf.map((rack, b) => ({ id: b + 1, rack: `r${rack}`, alive: true, logDirs: [] })),
    topics,
  };
}

function pickReplicas(count: number, bias: number[], rackOf: number[], random: () => number): number[] {
  const chosen: number[] = [];
  const racks = new Set<number>();
  for (let attempt = 0; chosen.length < count; attempt++) {
    const b = Math.floor(random() * bias.length);
    if (chosen.includes(b) || random() * 2 > (bias[b] ?? 0)) continue;
    if (attempt < 200 && racks.has(rackOf[b] ?? 0)) continue;
    chosen.push(b);
    racks.add(rackOf[b] ?? 0);
  }
  return chosen;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** No partition larger than a part of what a broker holds in the mean. */
function clipSizes({ brokers, topics }: ClusterSnapshot, part: number): void {
  let total = 0;
  for (const { partitions } of topics) {
    for (const { replicas, sizeBytes } of partitions) total += replicas.length * (sizeBytes ?? 0);
  }
  // What is clipped lowers the mean in its turn, but little.
  const most = Math.floor((0.85 * part * total) / brokers.length);
  for (const { partitions } of topics) {
    for (const partition of partitions) partition.sizeBytes = Math.min(partition.sizeBytes ?? 0, most);
  }
}

/** A cluster and what is wanted of it: 6 to `maxBrokers` brokers, 1 to 10 racks, every intent in turn. */
export function randomInstance(seed: number, maxBrokers = 1000, maxPartitions = 20_000): Instance {
  const random = seeded(seed);
  const intent = intents[Math.floor(random() * intents.length)] ?? 'rebalance';
  const brokers = Math.floor(6 * (maxBrokers / 6) ** random());
  const racks = 1 + Math.floor(Math.min(10, brokers / 2) * random());
  const tolerance = [0.05, 0.1, 0.2][Math.floor(random() * 3)] ?? 0.1;
  const dense = random() < 0.6;
  const perBroker = dense ? 65 + 100 * random() ** 2 : 5 * 20 ** random();
  const partitions = Math.max(4, Math.min(maxPartitions, Math.floor((brokers * perBroker) / 3)));
  const unequal = racks > 1 && random() < 0.4;
  const fresh = intent.startsWith('fill') ? 1 + Math.floor((brokers / 4) * random()) : 0;
  const factor = random() < 0.4 ? 3 : undefined;
  const snapshot = randomCluster(
    {
      brokers,
      racks,
      partitions,
      unequal,
      fresh,
      skew: random(),
      ...(factor === undefined ? {} : { factor }),
    },
    random,
  );
  if (dense) clipSizes(snapshot, 1.9 * tolerance);
  const freshIds = Array.from({ length: fresh }, (_, i) => brokers - i);
  const gone = 1 + Math.floor(random() * Math.max(1, brokers * 0.1));
  const goneIds = Array.from({ length: gone }, (_, i) => i + 1);
  const names = new Set(snapshot.topics.filter(() => random() < 0.5).map(({ name }) => name));
  const request: PlanRequest = {
    ...plainRequest,
    tolerance,
    rackAware: random() < 0.3 ? 'require' : 'prefer',
  };
  if (intent.startsWith('drain')) request.drain = goneIds;
  if (intent.startsWith('fill')) request.fill = freshIds;
  if (intent === 'replace') request.replace = [{ from: 1, to: brokers }];
  if (intent === 'set-rf') {
    request.replicationFactor = { topics: names, factor: 1 + Math.floor(random() * Math.min(5, brokers)) };
  }
  request.balance = intent === 'rebalance' || intent.endsWith('balance');
  const sizes = new Map<string | null, number>();
  for (const { rack } of snapshot.brokers) sizes.set(rack, (sizes.get(rack) ?? 0) + 1);
  const unequalRacks = Math.max(...sizes.values()) - Math.min(...sizes.values()) > 1;
  return { seed, intent, snapshot, request, unequalRacks };
}

/** Which kind of instance this is, and how far its plan is from the bound. */
export function shapeOf(
  { intent, request, snapshot, unequalRacks }: Instance,
  { brokers, balance, bytesToMove, bytesLowerBound }: ReassignmentPlan,
): { group: string; ratio: number; widened: boolean; dense: boolean } {
  const hosts = brokers.length - request.drain.length - request.replace.length;
  const replicas = brokers.reduce((sum, { after }) => sum + after.replicas, 0) / hosts;
  const mean = brokers.reduce((sum, { after }) => sum + (after.bytes ?? 0), 0) / hosts;
  let largest = 0;
  for (const { partitions } of snapshot.topics) {
    for (const { sizeBytes } of partitions) largest = Math.max(largest, sizeBytes ?? 0);
  }
  const dense = replicas >= 50 && largest <= 2 * request.tolerance * mean;
  const ratio = bytesToMove === 0 ? 1 : (bytesToMove ?? 0) / Math.max(1, bytesLowerBound ?? 0);
  const widened = balance.some(
    ({ of, window, tolerance }) =>
      of !== 'leaders' && window !== null && Math.max(window.below, window.above) > (tolerance ?? 0) + 1e-9,
  );
  const density = dense ? 'dense' : replicas >= 10 ? 'medium' : 'sparse';
  const group = request.balance
    ? `rebalance and combinations, ${density}${unequalRacks ? ', unequal racks' : ''}`
    : intent === 'fill'
      ? `fill, ${density}`
      : 'drain, replace, set-rf';
  return { group, ratio, widened, dense };
}
