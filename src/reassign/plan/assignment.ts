import { type ClusterModel, replicasOf } from './model.js';
import type { Placement } from './placement.js';

/** The replicas of every partition of a model, as places of brokers in order of preference. */
export interface Assignment {
  start: Int32Array;
  replicas: Int32Array;
}

export function replicasIn({ start, replicas }: Assignment, p: number): Int32Array {
  return replicas.subarray(start[p], start[p + 1]);
}

/** The assignment that a placement means; without one, what is there now. */
export function assignmentOf(model: ClusterModel, placement: Placement | null): Assignment {
  if (placement === null) return { start: model.start, replicas: model.replicas.slice() };
  const { size, source } = placement.problem;
  const scoped = new Int32Array(model.partitionCount).fill(-1);
  for (let p = 0; p < size; p++) scoped[source[p] ?? 0] = p;
  const start = new Int32Array(model.partitionCount + 1);
  const replicas = new Int32Array(model.replicas.length + placement.at.length);
  let next = 0;
  for (let m = 0; m < model.partitionCount; m++) {
    const p = scoped[m] ?? -1;
    const now = replicasOf(model, m);
    const then = p < 0 ? now : ordered(placement, p, now);
    replicas.set(then, next);
    next += then.length;
    start[m + 1] = next;
  }
  return { start, replicas: replicas.slice(0, next) };
}

/** A partition's brokers: those that stay in their order, a new one where the one stood that it takes over from. */
function ordered({ problem, at }: Placement, p: number, now: Int32Array): Int32Array | number[] {
  const { placeStart, fixedStart, fixed, heir, model } = problem;
  const first = placeStart[p] ?? 0;
  const end = placeStart[p + 1] ?? 0;
  const stays = (fixedStart[p + 1] ?? 0) - (fixedStart[p] ?? 0);
  let isSame = end - first + stays === now.length;
  for (let place = first; place < end && isSame; place++) isSame = now.includes(at[place] ?? -1);
  if (isSame) return now;
  const chosen = at.subarray(first, end);
  const staying = fixed.subarray(fixedStart[p], fixedStart[p + 1]);
  const fresh = [...chosen].filter((b) => !now.includes(b));
  const order: number[] = [];
  for (const b of now) {
    if (chosen.includes(b) || staying.includes(b)) order.push(b);
    else {
      const inRack = (other: number) => model.rackOf[other] === model.rackOf[b];
      const next = fresh.find((other) => other === heir[b]) ?? fresh.find(inRack) ?? fresh[0];
      if (next === undefined) continue;
      fresh.splice(fresh.indexOf(next), 1);
      order.push(next);
    }
  }
  return [...order, ...fresh];
}

/** What is there now, but for the replicas of some partitions. */
export function withReplicas(model: ClusterModel, chosen: ReadonlyMap<number, number[]>): Assignment {
  const start = new Int32Array(model.partitionCount + 1);
  const replicas: number[] = [];
  for (let p = 0; p < model.partitionCount; p++) {
    for (const b of chosen.get(p) ?? replicasOf(model, p)) replicas.push(b);
    start[p + 1] = replicas.length;
  }
  return { start, replicas: Int32Array.from(replicas) };
}
