import { KctlError, usageError } from '../../base/errors.js';
import { type ClusterModel, partitionName } from './model.js';
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
  const layout = new Layout(problem, roles.leaving);
  for (let p = 0; p < size; p++) {
    const { places, doubles } = layout.add(p);
    problem.placeStart[p + 1] = (problem.placeStart[p] ?? 0) + places;
    problem.homeStart[p + 1] = layout.homeCount;
    problem.fixedStart[p + 1] = layout.fixedCount;
    problem.doubles[p] = doubles;
    problem.costs[p] = request.by === 'count' ? 1 : (model.sizes[problem.source[p] ?? 0] ?? 0);
  }
  problem.homes = layout.homes.slice(0, layout.homeCount);
  problem.fixed = layout.fixed.slice(0, layout.fixedCount);
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
  const factors = factorsOf(model, request);
  const mayMove = Uint8Array.from(model.topics, (name) => (request.topics?.has(name) === false ? 0 : 1));
  const { start, replicas, topicOf } = model;
  const scope: number[] = [];
  for (let p = 0; p < model.partitionCount; p++) {
    if (!isReadable(model, p)) continue;
    const first = start[p] ?? 0;
    const end = start[p + 1] ?? 0;
    const topic = topicOf[p] ?? 0;
    let moves = all;
    for (let i = first; i < end && !moves; i++) moves = leaving[replicas[i] ?? 0] === 1;
    const factor = factors[topic] ?? 0;
    const changes = factor > 0 && (factor !== end - first || request.rackAware === 'require');
    if (changes || (moves && mayMove[topic] === 1)) scope.push(p);
  }
  return scope;
}

/** Whether a partition has a leader to copy it from; a new replica of another would wait for it for ever. */
export function isReadable({ leader, start, replicas, alive }: ClusterModel, p: number): boolean {
  if ((leader[p] ?? -1) < 0) return false;
  for (let i = start[p] ?? 0; i < (start[p + 1] ?? 0); i++) if (alive[replicas[i] ?? 0] === 1) return true;
  return false;
}

/** The replication factor asked for each topic; 0: the one that it has. */
function factorsOf({ topics }: ClusterModel, { replicationFactor }: PlanRequest): Int32Array {
  return Int32Array.from(topics, (name) =>
    replicationFactor?.topics.has(name) ? replicationFactor.factor : 0,
  );
}

/** Sorts partitions' replicas into homes and fixed ones, and says how they have to spread over racks. */
class Layout {
  readonly homes: Int32Array;
  readonly fixed: Int32Array;
  homeCount = 0;
  fixedCount = 0;
  readonly #factors: Int32Array;
  readonly #hostRacks: Uint8Array;
  readonly #hostRackCount: number;
  /** Which partition has been seen in a rack last. */
  readonly #seen: Int32Array;
  readonly #away: number[] = [];

  constructor(
    readonly problem: Problem,
    readonly leaving: Uint8Array,
  ) {
    const { model, request, hosts } = problem;
    this.homes = new Int32Array(model.replicas.length);
    this.fixed = new Int32Array(model.replicas.length);
    this.#factors = factorsOf(model, request);
    this.#hostRacks = new Uint8Array(model.rackNames.length);
    for (const [b, rack] of model.rackOf.entries()) if (hosts[b]) this.#hostRacks[rack] = 1;
    this.#hostRackCount = this.#hostRacks.reduce((sum, one) => sum + one, 0);
    this.#seen = new Int32Array(model.rackNames.length).fill(-1);
  }

  add(p: number): { places: number; doubles: number } {
    const { model, request, hosts, hostCount, source } = this.problem;
    const { rackOf } = model;
    const m = source[p] ?? 0;
    const first = model.start[m] ?? 0;
    const end = model.start[m + 1] ?? 0;
    const factor = this.#factors[model.topicOf[m] ?? 0] || end - first;
    const firstHome = this.homeCount;
    const firstFixed = this.fixedCount;
    const away = this.#away;
    away.length = 0;
    for (let i = first; i < end; i++) {
      const b = model.replicas[i] ?? 0;
      if (hosts[b]) this.homes[this.homeCount++] = b;
      else if (this.leaving[b]) continue;
      else if (model.alive[b]) this.fixed[this.fixedCount++] = b;
      else away.push(b);
    }
    // A lower factor is reached by giving up the replicas that are away first, those that take no part last.
    const homes = this.homeCount - firstHome;
    const tooMany = homes + this.fixedCount - firstFixed + away.length - factor;
    if (tooMany > 0) away.length = Math.max(0, away.length - tooMany);
    this.fixedCount = Math.min(this.fixedCount, firstFixed + Math.max(0, factor - away.length));
    const fixed = this.fixedCount - firstFixed;
    const places = factor - away.length - fixed;
    if (places > hostCount) throw tooFewBrokers(model, m, places, hostCount);
    let fixedRacks = 0;
    let otherRacks = 0;
    for (let i = firstFixed; i < this.fixedCount; i++) {
      const rack = rackOf[this.fixed[i] ?? 0] ?? 0;
      if (this.#seen[rack] === p) continue;
      this.#seen[rack] = p;
      fixedRacks++;
      if (this.#hostRacks[rack] === 0) otherRacks++;
    }
    let racksNow = fixedRacks;
    for (let i = firstHome; i < this.homeCount; i++) {
      const rack = rackOf[this.homes[i] ?? 0] ?? 0;
      if (this.#seen[rack] === p) continue;
      this.#seen[rack] = p;
      racksNow++;
    }
    for (const b of away) this.fixed[this.fixedCount++] = b;
    const live = places + fixed;
    const reachable = Math.min(live, fixedRacks + places, this.#hostRackCount + otherRacks);
    if (request.rackAware === 'ignore') return { places, doubles: live - Math.min(1, live) };
    if (request.rackAware === 'require') return { places, doubles: live - reachable };
    const forced = Math.max(0, places - homes);
    return { places, doubles: live - Math.min(reachable, racksNow + forced) };
  }
}

function tooFewBrokers(model: ClusterModel, m: number, places: number, hostCount: number): KctlError {
  return new KctlError(
    `${partitionName(model, m)} needs ${places} brokers, and only ${hostCount} may hold it`,
    { code: 'TOO_FEW_BROKERS', hint: 'Lower the replication factor first, or let more brokers take part.' },
  );
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
    for (let i = model.start[p] ?? 0; i < (model.start[p + 1] ?? 0); i++) {
      const b = model.replicas[i] ?? 0;
      baseLoad[b] = (baseLoad[b] ?? 0) + (request.by === 'count' ? 1 : (model.sizes[p] ?? 0));
      baseCount[b] = (baseCount[b] ?? 0) + 1;
    }
  }
}
