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
    if (p < 0 || staysAsItIs(placement, p, m)) {
      for (let i = model.start[m] ?? 0; i < (model.start[m + 1] ?? 0); i++)
        replicas[next++] = model.replicas[i] ?? 0;
    } else for (const b of ordered(placement, p, replicasOf(model, m))) replicas[next++] = b;
    start[m + 1] = next;
  }
  return { start, replicas: replicas.slice(0, next) };
}

/** Whether a partition is where it was: each of its places on one of its brokers. */
function staysAsItIs({ problem, at }: Placement, p: number, m: number): boolean {
  const { placeStart, fixedStart, model } = problem;
  const first = model.start[m] ?? 0;
  const end = model.start[m + 1] ?? 0;
  const firstPlace = placeStart[p] ?? 0;
  const endPlace = placeStart[p + 1] ?? 0;
  const fixed = (fixedStart[p + 1] ?? 0) - (fixedStart[p] ?? 0);
  if (endPlace - firstPlace + fixed !== end - first) return false;
  for (let place = firstPlace; place < endPlace; place++) {
    let i = first;
    while (i < end && model.replicas[i] !== at[place]) i++;
    if (i === end) return false;
  }
  return true;
}

/** Whether an assignment has other replicas of a partition, or in another order, than there are now. */
export function isChanged(model: ClusterModel, { start, replicas }: Assignment, p: number): boolean {
  const first = model.start[p] ?? 0;
  const length = (model.start[p + 1] ?? 0) - first;
  const then = start[p] ?? 0;
  if ((start[p + 1] ?? 0) - then !== length) return true;
  for (let i = 0; i < length; i++) if (model.replicas[first + i] !== replicas[then + i]) return true;
  return false;
}

/** A partition's brokers: those that stay in their order, a new one where the one stood that it takes over from. */
function ordered({ problem, at }: Placement, p: number, now: Int32Array): number[] {
  const { placeStart, fixedStart, fixed, heir, model } = problem;
  const first = placeStart[p] ?? 0;
  const end = placeStart[p + 1] ?? 0;
  const stays = (b: number) => {
    for (let place = first; place < end; place++) if (at[place] === b) return true;
    for (let i = fixedStart[p] ?? 0; i < (fixedStart[p + 1] ?? 0); i++) if (fixed[i] === b) return true;
    return false;
  };
  const fresh: number[] = [];
  for (let place = first; place < end; place++) {
    const b = at[place] ?? 0;
    if (!now.includes(b)) fresh.push(b);
  }
  const order: number[] = [];
  for (const b of now) {
    if (stays(b)) order.push(b);
    else {
      const inRack = (other: number) => model.rackOf[other] === model.rackOf[b];
      const next = fresh.find((other) => other === heir[b]) ?? fresh.find(inRack) ?? fresh[0];
      if (next === undefined) continue;
      fresh.splice(fresh.indexOf(next), 1);
      order.push(next);
    }
  }
  for (const b of fresh) order.push(b);
  return order;
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
