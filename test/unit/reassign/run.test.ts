import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { Journal } from '../../../src/reassign/journal.js';
import type { PlannedMove } from '../../../src/reassign/plan/types.js';
import { checkMoves, type LiveFacts } from '../../../src/reassign/run/checks.js';
import type { JournalHead } from '../../../src/reassign/run/journal-state.js';
import { Machine, nameOf, type RunMode } from '../../../src/reassign/run/machine.js';
import { Meter } from '../../../src/reassign/run/progress.js';
import {
  entriesOf,
  leftByTool,
  mergedList,
  rateFor,
  restoredList,
  restoredRate,
} from '../../../src/reassign/run/throttles.js';
import { type Observation, replicaKey, type SeenPartition } from '../../../src/reassign/run/types.js';

const limits = { movesPerBroker: 2, batchBytes: 250, stallAfterMs: 60_000 };
const folder = mkdtempSync(join(tmpdir(), 'kctl-run-'));
after(() => rmSync(folder, { recursive: true }));

/** A cluster that does what Kafka's does with reassignments, one step at a time. */
class Simulation {
  readonly partitions = new Map<string, SeenPartition>();
  readonly alive: Set<number>;
  atMs = 0;

  constructor(
    readonly moves: PlannedMove[],
    brokers: number[],
  ) {
    this.alive = new Set(brokers);
    for (const move of moves)
      this.partitions.set(nameOf(move), {
        leader: move.from[0]!,
        replicas: move.from,
        isr: move.from,
        target: null,
      });
  }

  observe(): Observation {
    this.atMs += 1_000;
    const partitions = new Map([...this.partitions].map(([name, seen]) => [name, { ...seen }]));
    return {
      atMs: this.atMs,
      alive: new Set(this.alive),
      partitions,
      replicaBytes: new Map(),
      freeBytes: new Map(),
      untold: [],
    };
  }

  submit(move: PlannedMove): void {
    const seen = this.partitions.get(nameOf(move))!;
    seen.target = move.to;
    seen.replicas = [...new Set([...move.to, ...move.from])];
  }

  takeBack(move: PlannedMove): void {
    const seen = this.partitions.get(nameOf(move))!;
    if (seen.target === null) return;
    // Kafka does not remember the old order.
    const replicas = seen.replicas.filter((id) => move.from.includes(id));
    Object.assign(seen, { replicas, isr: replicas, target: null });
  }

  reorder(move: PlannedMove): void {
    this.partitions.get(nameOf(move))!.replicas = move.from;
  }

  /** Ends the reassignments that nothing stands against and that chance chooses. */
  progress(chance: () => boolean): void {
    for (const move of this.moves) {
      const seen = this.partitions.get(nameOf(move))!;
      if (seen.target === null || !seen.target.every((id) => this.alive.has(id)) || !chance()) continue;
      Object.assign(seen, { replicas: seen.target, isr: seen.target, leader: seen.target[0], target: null });
    }
  }
}

const brokerIds = [1, 2, 3, 4, 5];
const replicas = fc.shuffledSubarray(brokerIds, { minLength: 1, maxLength: 3 });
const plans = fc
  .array(fc.record({ from: replicas, to: replicas, sizeBytes: fc.constantFrom(0, 10, 100, 400) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((moves) => moves.map((move, partition): PlannedMove => ({ topic: 't', partition, ...move })));

test('whatever happens, a run ends with nothing of the plan under way, and all done that could be', () => {
  fc.assert(
    fc.property(
      plans,
      fc.array(fc.constantFrom('go', 'crash', 'die', 'return', 'lost', 'cancel'), { maxLength: 40 }),
      fc.infiniteStream(fc.nat({ max: 99 })),
      (moves, events, chances) => {
        const chance = () => Number(chances.next().value) < 40;
        const cluster = new Simulation(moves, brokerIds);
        let mode: RunMode = 'apply';
        let machine = new Machine(moves, limits, mode);
        for (let step = 0; ; step++) {
          assert.ok(step < 1_000, 'it did not come to an end');
          const event = events[step] ?? 'go';
          if (event === 'crash') machine = new Machine(moves, limits, mode);
          if (event === 'die') cluster.alive.delete(1 + (step % 5));
          if (event === 'return') cluster.alive.add(1 + (step % 5));
          if (event === 'cancel') {
            mode = 'cancel';
            machine.mode = mode;
          }
          const seen = cluster.observe();
          const decision = machine.step(seen);
          if (decision.over) {
            for (const move of moves)
              assert.equal(cluster.partitions.get(nameOf(move))?.target, null, 'it is still under way');
            if (mode === 'cancel') {
              for (const { from, to, ...move } of moves) {
                const now = cluster.partitions.get(nameOf(move))?.replicas.join();
                assert.ok(now === from.join() || now === to.join(), 'it is half taken back');
              }
              return;
            }
            for (const [index, move] of moves.entries()) {
              const isDone = cluster.partitions.get(nameOf(move))?.replicas.join() === move.to.join();
              const away = move.to.some((id) => !seen.alive.has(id));
              assert.ok(isDone || away, `${nameOf(move)} was left although its brokers are there`);
              assert.equal(machine.isDone(index) || machine.setAside.has(index), true);
            }
            return;
          }
          assert.ok(
            mode === 'apply' || decision.submit.length === 0,
            'a run that is taken back begins nothing',
          );
          for (const index of decision.submit) {
            const move = moves[index]!;
            assert.ok(
              move.to.every((id) => seen.alive.has(id)),
              'begun towards a broker that is away',
            );
            cluster.submit(move);
          }
          if (event !== 'lost') machine.submitted(decision.submit, seen.atMs);
          if (!events.includes('die')) assertLimits(moves, cluster);
          for (const index of decision.cancel) cluster.takeBack(moves[index]!);
          for (const index of decision.reorder) cluster.reorder(moves[index]!);
          cluster.progress(chance);
        }
      },
    ),
    { numRuns: 400 },
  );
});

/** As long as no broker goes and comes, what copies keeps within the limits. */
function assertLimits(moves: PlannedMove[], { partitions }: Simulation): void {
  const busy = new Map<number, number>();
  let [bytes, copying] = [0, 0];
  for (const move of moves) {
    const { target, leader } = partitions.get(nameOf(move))!;
    const into = move.to.filter((id) => !move.from.includes(id));
    if (target === null || into.length === 0) continue;
    copying++;
    bytes += into.length * move.sizeBytes!;
    for (const id of new Set([...into, leader])) busy.set(id, (busy.get(id) ?? 0) + 1);
  }
  assert.ok(copying <= 1 || bytes <= limits.batchBytes, `${bytes} bytes at once`);
  assert.ok(Math.max(0, ...busy.values()) <= limits.movesPerBroker, 'a broker copies too many');
}

test('limits: no broker copies more partitions than it may, and one large partition alone', () => {
  const moves = [400, 10, 10, 10, 10].map((sizeBytes, partition): PlannedMove => {
    return { topic: 't', partition, from: [1], to: [2], sizeBytes };
  });
  const cluster = new Simulation(moves, [1, 2]);
  const machine = new Machine(moves, limits);
  const first = machine.step(cluster.observe());
  assert.deepEqual(first.submit, [0]);
  cluster.submit(moves[0]!);
  machine.submitted([0], cluster.atMs);
  assert.deepEqual(machine.step(cluster.observe()).submit, []);
  cluster.progress(() => true);
  assert.deepEqual(machine.step(cluster.observe()).submit, [1, 2]);
});

test('somebody else who takes a move back is believed after a while, and not fought', () => {
  const move = { topic: 't', partition: 0, from: [1], to: [2], sizeBytes: 1 };
  const cluster = new Simulation([move], [1, 2]);
  const machine = new Machine([move], limits);
  assert.deepEqual(machine.step(cluster.observe()).submit, [0]);
  machine.submitted([0], cluster.atMs);
  const steps = Array.from({ length: 15 }, () => machine.step(cluster.observe()));
  assert.ok(steps.every(({ submit }) => submit.length === 0));
  assert.match(machine.setAside.get(0) ?? '', /somebody else/);
  assert.equal(steps.at(-1)?.over, true);
});

const entries = fc.array(
  fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 5 })).map(([partition, broker]) => `${partition}:${broker}`),
  { maxLength: 6 },
);
const lists = fc.oneof(
  fc.constant(null),
  fc.constant('*'),
  entries.map((list) => (list.length === 0 ? null : [...new Set(list)].join(','))),
);

test('a list of throttled replicas holds what was there and what is ours, and goes back to what it was', () => {
  fc.assert(
    fc.property(lists, entries, entries, (own, ours, foreign) => {
      const before = { own, effective: own };
      const merged = mergedList(own, ours);
      const all = entriesOf(merged);
      assert.ok(all.includes('*') || [...entriesOf(own), ...ours].every((entry) => all.includes(entry)));
      const back = restoredList(before, merged, ours);
      assert.equal((back === undefined ? merged : back) || null, own);
      // What somebody adds meanwhile stays, what we added goes.
      if (own === '*' || foreign.length === 0) return;
      const changed = [...new Set([...all, ...foreign])].join(',');
      const left = restoredList(before, changed, ours);
      const kept = entriesOf(left === undefined ? changed : left);
      const strangers = foreign.filter((entry) => !ours.includes(entry));
      assert.ok([...entriesOf(own), ...strangers].every((entry) => kept.includes(entry)));
    }),
  );
});

test('of rates only that of a broker itself is left as it is: others may be shown and not obeyed', () => {
  const none = { own: null, effective: null };
  assert.equal(rateFor(null, none), null);
  assert.equal(rateFor(7, { own: '5', effective: '5' }), 7);
  assert.equal(rateFor('auto', none), 50_000_000);
  assert.equal(rateFor('auto', { own: '5', effective: '5' }), null);
  assert.equal(rateFor('auto', { own: null, effective: '5' }), 5);
  const unlimited = String(2n ** 63n - 1n);
  assert.equal(rateFor('auto', { own: unlimited, effective: unlimited }), 50_000_000);
});

test('a rate goes back to what it was, unless somebody else has set it meanwhile', () => {
  assert.deepEqual(restoredRate({ own: '5' }, '9', [7, 9]), { wish: '5', foreign: false });
  assert.deepEqual(restoredRate({ own: null }, '9', [9]), { wish: null, foreign: false });
  assert.deepEqual(restoredRate({ own: null }, null, [9]), { wish: undefined, foreign: false });
  assert.deepEqual(restoredRate({ own: '5' }, null, [9]), { wish: '5', foreign: false });
  assert.deepEqual(restoredRate({ own: '5' }, '6', [9]), { wish: undefined, foreign: true });
});

test("throttles of Kafka's tool are known by one rate and lists of just what moves", () => {
  const moves = [{ topic: 't', partition: 0, from: [1], to: [2], sizeBytes: 1 }];
  const rates = (own: string | null) => [
    { key: 'leader.replication.throttled.rate' as const, own, effective: own },
    { key: 'follower.replication.throttled.rate' as const, own, effective: own },
  ];
  const topic = (leader: string | null, follower: string | null) => ({
    topic: 't',
    lists: [
      { key: 'leader.replication.throttled.replicas' as const, own: leader, effective: leader },
      { key: 'follower.replication.throttled.replicas' as const, own: follower, effective: follower },
    ],
  });
  const brokers = [1, 2].map((broker) => ({ broker, rates: rates('1000') }));
  const found = leftByTool(moves, brokers, [topic('0:1,5:4', '0:2')]);
  assert.equal(found?.bytesPerSec, 1000);
  assert.deepEqual(
    found?.topics[0]?.lists.map(({ own }) => own),
    ['5:4', null],
  );
  assert.equal(
    leftByTool(
      moves,
      [
        { broker: 1, rates: rates('1') },
        { broker: 2, rates: rates('2') },
      ],
      [topic('0:1', '0:2')],
    ),
    undefined,
  );
  assert.equal(leftByTool(moves, brokers, [topic('*', null)]), undefined);
});

test('a stall names the cause: a full disk, nothing there, all there and not in sync', () => {
  const move = { topic: 't', partition: 0, from: [1], to: [2], sizeBytes: 100 };
  const causeOf = (bytes: number | undefined, free: number, untold: Observation['untold'] = []) => {
    const meter = new Meter([move]);
    const seen = (atMs: number): Observation => ({
      atMs,
      alive: new Set([1, 2]),
      partitions: new Map([['t-0', { leader: 1, replicas: [2, 1], isr: [1], target: [2] }]]),
      replicaBytes: new Map([
        [replicaKey('t-0', 1), 100],
        ...(bytes === undefined ? [] : [[replicaKey('t-0', 2), bytes] as const]),
      ]),
      freeBytes: new Map([[2, [free]]]),
      untold,
    });
    assert.deepEqual(meter.stalls(seen(0), [0], 1000), []);
    const stalls = [meter.stalls(seen(1500), [0], 1000), meter.stalls(seen(3000), [0], 1000)];
    assert.deepEqual(
      stalls.map(({ length }) => length),
      [1, 0],
    );
    assert.deepEqual([stalls[0]?.[0]?.source, stalls[0]?.[0]?.destinations], [1, [2]]);
    return stalls[0]?.[0]?.cause ?? '';
  };
  assert.match(causeOf(undefined, 1000), /log directory may be offline/);
  const offline = {
    subject: 'log directory /a of broker 2',
    code: 'KAFKA_STORAGE_ERROR',
    message: 'offline',
  };
  const of12 = { ...offline, subject: 'broker 12' };
  assert.equal(causeOf(undefined, 1000, [of12, offline]), 'log directory /a of broker 2: offline');
  assert.match(causeOf(10, 20), /disks of broker 2 are full/);
  assert.match(causeOf(100, 1000), /not in sync/);
  assert.match(causeOf(10, 1000), /throttle may be too low/);
});

test('what a broker has copied is not lost while it is silent or away, and is when it tells of it', () => {
  const move = { topic: 't', partition: 0, from: [1], to: [2], sizeBytes: 100 };
  const meter = new Meter([move]);
  const counts = { done: 0, running: 1, waiting: 0, setAside: 0 };
  const copied = (bytes: number | undefined, isAlive = true, untold: Observation['untold'] = []) => {
    const seen: Observation = {
      atMs: 0,
      alive: new Set(isAlive ? [1, 2] : [1]),
      partitions: new Map([['t-0', { leader: 1, replicas: [2, 1], isr: [1], target: [2] }]]),
      replicaBytes: new Map(bytes === undefined ? [] : [[replicaKey('t-0', 2), bytes]]),
      freeBytes: new Map(),
      untold,
    };
    return meter.measure(seen, () => false, counts).bytesCopied;
  };
  const silent = [{ subject: 'broker 2', code: 'TIMED_OUT', message: 'no answer' }];
  assert.deepEqual(
    [copied(undefined), copied(60), copied(undefined, true, silent), copied(undefined, false), copied(70)],
    [0, 60, 60, 60, 70],
  );
  assert.equal(copied(5), 5);
  assert.equal(copied(undefined), 0);
});

const head: JournalHead = {
  kind: 'ReassignmentJournal',
  version: 1,
  clusterId: 'c',
  startedAt: 1,
  intent: 'test',
  throttle: 'auto',
  limits,
  moves: [{ topic: 't', partition: 0, from: [1], to: [2], sizeBytes: 1 }],
};

test('a journal is 0600, survives a torn line, takes words of others, and is not begun over an open one', () => {
  const path = join(folder, 'torn.ndjson');
  const journal = Journal.create(path, head);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  journal.append({ event: 'submit', moves: [0] });
  appendFileSync(path, '{"at":1,"event":"cancel"}\n');
  journal.append({ event: 'throttle', throttle: 5 });
  assert.deepEqual([journal.state.mode, journal.state.throttle], ['cancel', 5]);
  journal.close();
  appendFileSync(path, '{"at":1,"event":"end","outc');
  const again = Journal.open(path);
  assert.deepEqual([again.state.outcome, again.state.throttles], [null, ['auto', 5]]);
  again.mend();
  assert.ok(readFileSync(path, 'utf8').endsWith('"throttle":5}\n'));
  assert.throws(() => Journal.create(path, head), { code: 'JOURNAL_OPEN' });
  again.append({ event: 'end', outcome: 'done' });
  again.close();
  Journal.create(path, head).close();
  assert.equal(Journal.open(`${path}.previous`).state.outcome, 'done');
  assert.throws(() => Journal.open(join(folder, 'none')), { code: 'NO_JOURNAL' });
});

test('a hostile journal is refused: no event, no move and no throttle of it is believed unread', () => {
  const path = join(folder, 'hostile.ndjson');
  const good = JSON.stringify(head);
  const rate = (own: string) =>
    `{"event":"before","topics":[],"brokers":[{"broker":1,"rates":[{"key":"leader.replication.throttled.rate","own":"${own}","effective":null}]}]}`;
  const bad = [
    '',
    '[]\n',
    '{}\n',
    `${JSON.stringify({ ...head, version: 2 })}\n`,
    `${JSON.stringify({ ...head, moves: [{ topic: 't' }] })}\n`,
    `${JSON.stringify({ ...head, throttle: -1 })}\n`,
    `${JSON.stringify({ ...head, limits: {} })}\n`,
    `${good}\n{"event":"rm -rf"}\n`,
    `${good}\n{"event":"__proto__"}\n`,
    `${good}\n{"event":"done","moves":[1]}\n`,
    `${good}\n{"event":"done","moves":[0.5]}\n`,
    `${good}\n{"event":"throttle","throttle":"fast"}\n`,
    `${good}\n${rate('1,x=y')}\n`,
    `${good}\n${rate('5').replace('leader.replication.throttled.rate', 'log.dirs')}\n`,
    `${good}\nnot json\n`,
    `\u0000${good}\n`,
  ];
  for (const text of bad) {
    writeFileSync(path, text);
    assert.throws(() => Journal.open(path), /not a journal/, text);
  }
  writeFileSync(path, `${good}\n${rate('5')}\n`);
  assert.equal(Journal.open(path).state.brokersBefore.get(1)?.rates[0]?.own, '5');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      writeFileSync(path, Buffer.concat([Buffer.from(`${good}\n`), bytes, Buffer.from('\n')]));
      assert.throws(() => Journal.open(path), /not a journal/);
    }),
    { numRuns: 50 },
  );
});

function facts(overrides: Partial<LiveFacts> = {}): LiveFacts {
  const seen = { topic: 't', leader: 1, replicas: [1], isr: [1], target: null };
  return {
    alive: new Set([1, 2]),
    partitions: new Map([['t-0', seen]]),
    minInsyncReplicas: new Map(),
    sizes: new Map([['t-0', 100]]),
    freeBytes: new Map([[2, [500, 500]]]),
    ...overrides,
  };
}

test('what stands against a plan is said before anything moves', () => {
  const move = { topic: 't', partition: 0, from: [1], to: [2], sizeBytes: 1 };
  const seen = facts().partitions.get('t-0')!;
  const codes = (live: LiveFacts, moves = [move], force = false) =>
    checkMoves(moves, live, force).errors.map(({ code, exitCode }) => `${code} ${exitCode}`);
  assert.deepEqual(codes(facts()), []);
  const of = (partition: Partial<typeof seen>) =>
    facts({ partitions: new Map([['t-0', { ...seen, ...partition }]]) });
  assert.deepEqual(codes(of({ replicas: [2], isr: [2] })), [], 'done already');
  assert.deepEqual(codes(of({ replicas: [2, 1] })), ['PLAN_STALE 5']);
  assert.deepEqual(codes(facts({ partitions: new Map() })), ['PLAN_STALE 5']);
  assert.deepEqual(codes(facts({ alive: new Set([1]) })), ['BROKER_NOT_AVAILABLE 5']);
  const running = { replicas: [2, 1], target: [2] as unknown as null };
  assert.deepEqual(codes(of(running)), ['REASSIGNMENT_IN_PROGRESS 5']);
  assert.deepEqual(codes(of({ leader: -1 })), ['PARTITION_OFFLINE 5']);
  assert.deepEqual(codes(of({ leader: -1 }), [move], true), []);
  assert.deepEqual(codes(facts({ freeBytes: new Map([[2, [99, 99]]]) })), ['DISK_TOO_SMALL 5']);
  const other = { ...seen, topic: 'u', replicas: [1, 2], isr: [1] };
  const behind = facts({
    partitions: new Map([
      ['t-0', seen],
      ['u-0', other],
    ]),
    minInsyncReplicas: new Map([['u', 2]]),
  });
  assert.deepEqual(codes(behind), ['UNDER_MIN_ISR 5']);
  const heal = { topic: 'u', partition: 0, from: [1, 2], to: [1, 2], sizeBytes: 1 };
  assert.deepEqual(codes(behind, [heal]), [], 'the plan heals it');
  const many = Array.from({ length: 50 }, (_, partition) => ({ ...move, partition: partition + 1 }));
  assert.equal(codes(facts(), many).length, 21);
});
