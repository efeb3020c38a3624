import { KctlError, usageError } from '../../base/errors.js';
import { type ClusterModel, partitionName, replicasOf } from './model.js';
import { isWindowed, type PlanRequest } from './types.js';

/**
 * What is to be decided, and the rules: each partition of the scope has some free places, which brokers that may
 * hold it fill. A home is a broker that holds a replica now and may keep it, at no cost; a fixed replica stays
 * whatever happens (its broker is away or takes no part) and has no place here.
 */
export interface Problem {
  model: ClusterModel;
  request: PlanRequest;
  /** Brokers that may hold replicas, and those that may get new ones: not where only others are filled, or cordoned. */
  hosts: Uint8Array;
  targets: Uint8Array;
  hostCount: number;
  /** How many partitions are in scope, and which of the model they are. */
  size: number;
  source: Int32Array;
  /** Places of partition p: from `placeStart[p]` to `placeStart[p + 1]`. */
  placeStart: Int32Array;
  homeStart: Int32Array;
  homes: Int32Array;
  fixedStart: Int32Array;
  /** Brokers of fixed replicas. Only live ones count where racks are looked at. */
  fixed: Int32Array;
  /** How many replicas of a partition may share a rack with another: replicas minus the racks that they must be in. */
  doubles: Int32Array;
  /** What copying one replica costs, in bytes, or 1 by count. */
  costs: Float64Array;
  /** Load of what is not in scope: it tells equals apart where no balance is asked for. */
  baseLoad: Float64Array;
  baseCount: Float64Array;
  /** Bytes that may be copied to each broker without eating into the headroom of its disks. */
  room: Float64Array;
  /** Who takes a replaced broker's replicas; -1: nobody in particular. */
  heir: Int32Array;
}

/**
 * Turns wishes into a problem.
 * @throws KctlError when a broker is not there, or the rules leave a partition without brokers
 */
export function buildProblem(model: ClusterModel, request: PlanRequest): Problem {
  const roles = rolesOf(model, request);
  const { hosts } = roles;
  const scope = scopeOf(model, request, roles.leaving);
  const size = scope.length;
  const hostCount = hosts.reduce((sum, host) => sum + host, 0);
  const lists = { homes: [] as number[], fixed: [] as number[] };
  const problem: Problem = {
    model,
    request,
    ...roles,
    hostCount,
    size,
    source: Int32Array.from(scope),
    placeStart: new Int32Array(size + 1),
    homeStart: new Int32Array(size + 1),
    homes: new Int32Array(0),
    fixedStart: new Int32Array(size + 1),
    fixed: new Int32Array(0),
    doubles: new Int32Array(size),
    costs: new Float64Array(size),
    baseLoad: new Float64Array(model.brokers.length),
    baseCount: new Float64Array(model.brokers.length),
    room: roomOf(model, request),
  };
  const hostRacks = new Set([...hosts.keys()].filter((b) => hosts[b]).map((b) => model.rackOf[b]));
  for (let p = 0; p < size; p++) {
    const { places, doubles } = layPartition(problem, p, roles.leaving, hostRacks, lists);
    problem.placeStart[p + 1] = (problem.placeStart[p] ?? 0) + places;
    problem.homeStart[p + 1] = lists.homes.length;
    problem.fixedStart[p + 1] = lists.fixed.length;
    problem.doubles[p] = doubles;
    problem.costs[p] = request.by === 'count' ? 1 : (model.sizes[problem.source[p] ?? 0] ?? 0);
  }
  problem.homes = Int32Array.from(lists.homes);
  problem.fixed = Int32Array.from(lists.fixed);
  if (!isWindowed(request)) addBase(problem);
  return problem;
}

interface Roles {
  hosts: Uint8Array;
  targets: Uint8Array;
  leaving: Uint8Array;
  heir: Int32Array;
}

function rolesOf(model: ClusterModel, request: PlanRequest): Roles {
  const count = model.brokers.length;
  const place = (id: number): number => {
    const b = model.indexOf.get(id);
    if (b === undefined) throw unknownBroker(id, model);
    return b;
  };
  const member = request.brokers === null ? null : new Set(request.brokers.map(place));
  const excluded = new Set(request.excludedBrokers.map(place));
  const leaving = new Uint8Array(count);
  const heir = new Int32Array(count).fill(-1);
  for (const id of request.drain) leaving[place(id)] = 1;
  for (const { from, to } of request.replace) {
    leaving[place(from)] = 1;
    heir[place(from)] = place(to);
  }
  const hosts = Uint8Array.from({ length: count }, (_, b) =>
    model.alive[b] && !leaving[b] && !excluded.has(b) && (member === null || member.has(b)) ? 1 : 0,
  );
  for (const id of [...request.fill, ...request.replace.map(({ to }) => to)]) {
    const broker = model.brokers[place(id)];
    if (!broker?.alive) throw cannotTake(id, 'it is not alive');
    if (broker.cordoned) throw cannotTake(id, 'it is cordoned');
    if (!hosts[place(id)]) throw cannotTake(id, 'it is drained or excluded by the same request');
  }
  const fillsOnly =
    request.fill.length > 0 && !request.balance && !leaving.includes(1) && request.replicationFactor === null;
  const targets = fillsOnly ? new Uint8Array(count) : hosts.slice();
  for (const id of request.fill) targets[place(id)] = 1;
  for (const [b, { cordoned }] of model.brokers.entries()) if (cordoned) targets[b] = 0;
  if (!hosts.includes(1)) throw usageError('no live broker is left to hold replicas');
  return { hosts, targets, leaving, heir };
}

function unknownBroker(id: number, model: ClusterModel): KctlError {
  return new KctlError(`there is no broker ${id}`, {
    code: 'UNKNOWN_BROKER',
    exitCode: 4,
    hint: `Brokers are ${model.brokers.map((broker) => broker.id).join(', ')}.`,
  });
}

function cannotTake(id: number, why: string): KctlError {
  return usageError(`broker ${id} cannot take replicas: ${why}`);
}

/** All partitions that may move where a balance is asked for; else those that must. Nobody can copy one without a leader. */
function scopeOf(model: ClusterModel, request: PlanRequest, leaving: Uint8Array): number[] {
  const all = isWindowed(request);
  const scope: number[] = [];
  for (let p = 0; p < model.partitionCount; p++) {
    const replicas = replicasOf(model, p);
    if (!isReadable(model, p)) continue;
    const inTopics = request.topics === null || request.topics.has(model.topics[model.topicOf[p] ?? 0] ?? '');
    const moves = inTopics && (all || replicas.some((b) => leaving[b] === 1));
    const factor = factorOf(model, request, p);
    if (moves || (factor !== null && (factor !== replicas.length || request.rackAware === 'require'))) {
      scope.push(p);
    }
  }
  return scope;
}

/** Whether a partition has a leader to copy it from; a new replica of another would wait for it for ever. */
export function isReadable(model: ClusterModel, p: number): boolean {
  return (model.leader[p] ?? -1) >= 0 && replicasOf(model, p).some((b) => model.alive[b] === 1);
}

/** The replication factor asked for this partition; null: the one that it has. */
function factorOf(model: ClusterModel, { replicationFactor }: PlanRequest, p: number): number | null {
  if (replicationFactor === null) return null;
  return replicationFactor.topics.has(model.topics[model.topicOf[p] ?? 0] ?? '')
    ? replicationFactor.factor
    : null;
}

/** Sorts one partition's replicas into homes and fixed ones, and says how it has to spread over racks. */
function layPartition(
  { model, request, hosts, hostCount, source }: Problem,
  p: number,
  leaving: Uint8Array,
  hostRacks: ReadonlySet<number | undefined>,
  lists: { homes: number[]; fixed: number[] },
): { places: number; doubles: number } {
  const m = source[p] ?? 0;
  const replicas = replicasOf(model, m);
  const factor = factorOf(model, request, m) ?? replicas.length;
  const homes = [...replicas].filter((b) => hosts[b]);
  const staying = [...replicas].filter((b) => !hosts[b] && !leaving[b]);
  // A lower factor is reached by giving up the replicas that are away first, those that take no part last.
  const away = staying.filter((b) => !model.alive[b]);
  const fixed = staying.filter((b) => model.alive[b]);
  const tooMany = homes.length + staying.length - factor;
  if (tooMany > 0) away.splice(Math.max(0, away.length - tooMany));
  fixed.splice(Math.max(0, factor - away.length));
  const places = factor - away.length - fixed.length;
  if (places > hostCount) {
    throw new KctlError(
      `${partitionName(model, m)} needs ${places} brokers, and only ${hostCount} may hold it`,
      { code: 'TOO_FEW_BROKERS', hint: 'Lower the replication factor first, or let more brokers take part.' },
    );
  }
  const live = places + fixed.length;
  const fixedRacks = new Set(fixed.map((b) => model.rackOf[b]));
  const reachable = Math.min(live, fixedRacks.size + places, new Set([...hostRacks, ...fixedRacks]).size);
  const racksNow = new Set([...homes, ...fixed].map((b) => model.rackOf[b])).size;
  const forced = Math.max(0, places - homes.length);
  const spread = {
    require: reachable,
    prefer: Math.min(reachable, racksNow + forced),
    ignore: Math.min(1, live),
  }[request.rackAware];
  lists.homes.push(...homes);
  lists.fixed.push(...fixed, ...away);
  return { places, doubles: live - spread };
}

function roomOf(model: ClusterModel, { diskHeadroom, by }: PlanRequest): Float64Array {
  return Float64Array.from(model.brokers, ({ logDirs }) => {
    let room = 0;
    for (const { totalBytes, freeBytes } of logDirs) {
      if (totalBytes === null || freeBytes === null) return Number.POSITIVE_INFINITY;
      room += Math.max(0, freeBytes - diskHeadroom * totalBytes);
    }
    return logDirs.length === 0 || by === 'count' ? Number.POSITIVE_INFINITY : room;
  });
}

function addBase({ model, request, size, source, baseLoad, baseCount }: Problem): void {
  const inScope = new Uint8Array(model.partitionCount);
  for (let p = 0; p < size; p++) inScope[source[p] ?? 0] = 1;
  for (let p = 0; p < model.partitionCount; p++) {
    if (inScope[p]) continue;
    for (const b of replicasOf(model, p)) {
      baseLoad[b] = (baseLoad[b] ?? 0) + (request.by === 'count' ? 1 : (model.sizes[p] ?? 0));
      baseCount[b] = (baseCount[b] ?? 0) + 1;
    }
  }
}
