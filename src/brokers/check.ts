import { ExitCode } from '../base/errors.js';
import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { type ClusterFacts, gatherFacts } from './check-facts.js';

export interface Finding {
  check: string;
  /** What it is about: a partition, a topic, a broker. */
  subject: string;
  message: string;
  /** What to do. */
  todo: string;
}

export interface CheckLimits {
  /** How many percent of the partitions that prefer a broker may be led by others. */
  maxImbalancePercent: number;
}

export type ClusterCheck = ListDocument<Finding>;

/** Checks a cluster; with findings it ends in exit 5, and in 1 when something could not be found out. */
export async function checkCluster(cluster: Cluster, limits: CheckLimits): Promise<ClusterCheck> {
  const facts = await gatherFacts(cluster);
  const findings = findProblems(facts, limits);
  const errors = [...facts.errors];
  if (findings.length > 0) errors.push(unhealthy(findings.length));
  return listDocument('ClusterCheck', 1, findings, errors);
}

function unhealthy(count: number): ItemError {
  return {
    subject: 'cluster',
    code: 'CHECK_FAILED',
    message: count === 1 ? '1 check does not hold' : `${count} checks do not hold`,
    exitCode: ExitCode.checkFailed,
  };
}

/** What is wrong, by what was found out. */
export function findProblems(facts: ClusterFacts, limits: CheckLimits): Finding[] {
  return [
    ...checkControllers(facts),
    ...checkPartitions(facts),
    ...checkTopics(facts),
    ...checkLeaders(facts, limits),
    ...checkMoves(facts),
    ...facts.throttles
      .map((subject) => ({
        check: 'throttle-left',
        subject,
        message: 'replication is throttled, and nothing is being reassigned',
        todo: 'Take it away with kctl configs unset.',
      }))
      .filter(() => facts.moving.length === 0),
    ...checkReleases(facts),
  ];
}

function checkControllers({ controllers }: ClusterFacts): Finding[] {
  const ids = new Set(controllers.map(({ controllerId }) => controllerId));
  const todo = 'Look at the logs of the controllers, and with ZooKeeper at kctl zk stat.';
  if (controllers.length === 0 || ids.has(null))
    return [{ check: 'no-controller', subject: 'controller', message: 'there is none', todo }];
  if (ids.size === 1) return [];
  const message = controllers.map(({ broker, controllerId }) => `broker ${broker} says ${controllerId}`);
  return [{ check: 'two-controllers', subject: 'controller', message: message.join(', '), todo }];
}

function checkPartitions({ topics, minInsyncReplicas, aliveBrokers }: ClusterFacts): Finding[] {
  const alive = new Set(aliveBrokers);
  return topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partitionIndex, leaderId, replicaNodes, isrNodes }): Finding[] => {
      const subject = `${name}-${partitionIndex}`;
      const away = replicaNodes.filter((id) => !alive.has(id));
      const start = away.length > 0 ? `Start broker ${away.join(', ')}.` : 'Look at the logs of its brokers.';
      const minIsr = minInsyncReplicas.get(name);
      const replicas = `${isrNodes.length} of ${replicaNodes.length} replicas in sync`;
      if (leaderId < 0)
        return [
          {
            check: 'offline',
            subject,
            message: 'it has no leader: nobody can read or write it',
            todo: start,
          },
        ];
      if (minIsr !== undefined && isrNodes.length < minIsr) {
        const message = `${replicas}, fewer than min.insync.replicas=${minIsr}: acks=all is refused`;
        return [{ check: 'under-min-isr', subject, message, todo: start }];
      }
      if (minIsr !== undefined && isrNodes.length === minIsr && isrNodes.length < replicaNodes.length) {
        const message = `${replicas}, just min.insync.replicas=${minIsr}: with one less acks=all is refused`;
        return [{ check: 'at-min-isr', subject, message, todo: start }];
      }
      if (isrNodes.length < replicaNodes.length)
        return [{ check: 'under-replicated', subject, message: replicas, todo: start }];
      return [];
    }),
  );
}

function checkTopics({ topics, minInsyncReplicas }: ClusterFacts): Finding[] {
  return topics.flatMap(({ name, partitions }) => {
    const factor = Math.min(...partitions.map(({ replicaNodes }) => replicaNodes.length));
    const minIsr = minInsyncReplicas.get(name);
    if (minIsr === undefined || partitions.length === 0 || factor >= minIsr) return [];
    const message = `replication factor ${factor} is below min.insync.replicas=${minIsr}: acks=all is always refused`;
    const todo = 'Add replicas, or lower it with kctl configs set.';
    return [{ check: 'factor-below-min-isr', subject: `topic ${name}`, message, todo }];
  });
}

function checkLeaders({ topics, aliveBrokers }: ClusterFacts, limits: CheckLimits): Finding[] {
  const counts = new Map<number, { preferred: number; elsewhere: number }>();
  for (const { leaderId, replicaNodes } of topics.flatMap(({ partitions }) => partitions)) {
    const [preferred] = replicaNodes;
    if (preferred === undefined || leaderId < 0) continue;
    const count = counts.get(preferred) ?? { preferred: 0, elsewhere: 0 };
    counts.set(preferred, count);
    count.preferred++;
    if (leaderId !== preferred) count.elsewhere++;
  }
  return aliveBrokers.flatMap((id) => {
    const { preferred, elsewhere } = counts.get(id) ?? { preferred: 0, elsewhere: 0 };
    const percent = preferred === 0 ? 0 : (100 * elsewhere) / preferred;
    if (percent <= limits.maxImbalancePercent) return [];
    const message = `of ${preferred} partitions that prefer it, ${elsewhere} are led by others (${Math.round(percent)} %)`;
    return [
      { check: 'leaders-elsewhere', subject: `broker ${id}`, message, todo: 'Run: kctl leaders elect --all' },
    ];
  });
}

function checkMoves({ moving, aliveBrokers }: ClusterFacts): Finding[] {
  return moving.flatMap(({ partition, broker, grownBytes }) => {
    const isAway = !aliveBrokers.includes(broker);
    if (!isAway && grownBytes !== null && grownBytes > 0n) return [];
    const message = isAway
      ? `it is being moved to broker ${broker}, which is away`
      : `it is being moved to broker ${broker} and did not grow there while it was watched`;
    const todo = isAway
      ? `Start broker ${broker}, or cancel the reassignment.`
      : 'Look at its throttles and its brokers.';
    return [{ check: 'reassignment-stands', subject: partition, message, todo }];
  });
}

function checkReleases({ releases }: ClusterFacts): Finding[] {
  const known = [...releases].filter((entry): entry is [number, string] => entry[1] !== null);
  if (new Set(known.map(([, release]) => release)).size < 2) return [];
  const message = known.map(([id, release]) => `broker ${id} is ${release}`).join(', ');
  return [
    { check: 'mixed-releases', subject: 'brokers', message, todo: 'Finish the upgrade that is under way.' },
  ];
}
