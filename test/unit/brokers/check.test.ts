import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProblems } from '../../../src/brokers/check.js';
import type { ClusterFacts } from '../../../src/brokers/check-facts.js';

const healthy: ClusterFacts = {
  ...{
    aliveBrokers: [1, 2],
    topics: [],
    minInsyncReplicas: new Map(),
    throttles: [],
    moving: [],
    errors: [],
  },
  controllers: [
    { broker: 1, controllerId: 2 },
    { broker: 2, controllerId: 2 },
  ],
  releases: new Map([
    [1, '3.9'],
    [2, '3.9'],
  ]),
};

/** What real clusters hardly show when asked to. */
const cases: Array<[name: string, facts: Partial<ClusterFacts>, findings: string[]]> = [
  ['nothing of a healthy cluster', {}, []],
  [
    'two brokers that take different ones for the controller',
    {
      controllers: [
        { broker: 1, controllerId: 1 },
        { broker: 2, controllerId: 2 },
      ],
    },
    ['two-controllers controller: broker 1 says 1, broker 2 says 2'],
  ],
  [
    'a broker that knows of no controller',
    {
      controllers: [
        { broker: 1, controllerId: null },
        { broker: 2, controllerId: 2 },
      ],
    },
    ['no-controller controller: there is none'],
  ],
  [
    'a copy to a broker that is away',
    { moving: [{ partition: 'orders-0', broker: 3, grownBytes: null }] },
    ['reassignment-stands orders-0: it is being moved to broker 3, which is away'],
  ],
  ['a copy that grows', { moving: [{ partition: 'orders-0', broker: 2, grownBytes: 1n }] }, []],
  [
    'throttles of what is moving',
    {
      throttles: ['leader.replication.throttled.rate of broker 1'],
      moving: [{ partition: 'orders-0', broker: 2, grownBytes: 1n }],
    },
    [],
  ],
  [
    'a release that nobody tells',
    {
      releases: new Map([
        [1, '3.9'],
        [2, null],
      ]),
    },
    [],
  ],
];

for (const [name, facts, findings] of cases) {
  test(`cluster check: ${name}`, () => {
    const found = findProblems({ ...healthy, ...facts }, { maxImbalancePercent: 10 });
    assert.deepEqual(
      found.map(({ check, subject, message }) => `${check} ${subject}: ${message}`),
      findings,
    );
  });
}
