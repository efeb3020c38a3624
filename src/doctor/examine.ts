import { type Address, formatAddress } from '../base/address.js';
import { Deadline } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import { itemError } from '../base/result.js';
import type { BrokerNode, Cluster } from '../cluster/index.js';
import { type Probe, probe } from '../cluster/probe.js';
import { aclOperations } from '../protocol/acl-codes.js';
import { describeCluster } from '../protocol/messages/describe-cluster.js';
import { roundTrip } from './round-trip.js';
import type { DoctorCheck, DoctorReport } from './types.js';

export interface ExamineOptions {
  /** A topic into which a record is written and read back. */
  roundTrip?: string | undefined;
}

/**
 * Looks at everything between here and a cluster's brokers, stage by stage: each bootstrap server, then each
 * broker at the address it advertises, from here; then what may be done.
 */
export async function examine(cluster: Cluster, options: ExamineOptions): Promise<DoctorReport> {
  const { config, wire } = cluster;
  const bootstrap = config.bootstrapServers.value;
  const deadline = new Deadline(config.timeoutMs.value);
  const probes = await Promise.all(bootstrap.map((address) => probe(address, config, deadline)));
  const checks = probes.flatMap((each, index) =>
    checksOf(`bootstrap ${formatAddress(bootstrap[index] as Address)}`, each),
  );
  const reached = probes.find((each) => each.cluster)?.cluster;
  if (reached) {
    checks.push(...sameCluster(bootstrap, probes, config.clusterId ?? reached.id, config.clusterId));
    checks.push(...(await examineBrokers(cluster, reached, deadline)));
    checks.push(await timed('authorisation', 'cluster', () => authorisation(cluster)));
    const { roundTrip: topic } = options;
    if (topic !== undefined)
      checks.push(await timed('round trip', `topic ${topic}`, () => roundTrip(wire, topic)));
  }
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  const { tls, sasl } = config.security.value;
  return {
    kind: 'DoctorReport',
    version: 1,
    context: config.context?.name ?? null,
    bootstrapServers: bootstrap.map(formatAddress).join(','),
    security: `${sasl ? 'SASL_' : ''}${tls ? 'SSL' : 'PLAINTEXT'}`,
    clusterId: reached?.id ?? null,
    brokers: reached?.brokers.length ?? null,
    healthy: failed.length === 0,
    checks,
    warnings: checks
      .filter(({ outcome }) => outcome === 'warning')
      .map(({ subject, evidence }) => `${subject}: ${evidence}`),
    errors: failed.map(({ subject, stage, code, evidence, fix }) => ({
      subject: `${subject}, ${stage}`,
      code: code ?? 'FAILED',
      message: evidence,
      exitCode: ExitCode.unreachable,
      ...(fix ? { hint: fix } : {}),
    })),
  };
}

type Reached = NonNullable<Probe['cluster']>;

/** Bootstrap servers that lead to another cluster than the first one that answers, or than the context says. */
function sameCluster(
  bootstrap: Address[],
  probes: Probe[],
  expected: string | null,
  named: string | undefined,
): DoctorCheck[] {
  return bootstrap.flatMap((address, index) => {
    const id = probes[index]?.cluster?.id;
    if (id === undefined || id === expected) return [];
    const fix =
      named === undefined
        ? 'The bootstrap servers belong to several clusters: name those of one.'
        : 'Check the addresses of the context, or its clusterId: kctl context show.';
    return [otherCluster('metadata', `bootstrap ${formatAddress(address)}`, id, expected, fix)];
  });
}

function otherCluster(
  stage: string,
  subject: string,
  id: string | null,
  expected: string | null,
  fix: string,
): DoctorCheck {
  const evidence = `another cluster answers there: ${id}, not ${expected}`;
  return { stage, subject, outcome: 'failed', tookMs: 0, evidence, code: 'OTHER_CLUSTER', fix };
}

/** Every broker at the address that it tells clients to use. */
async function examineBrokers(
  { config }: Cluster,
  { id, brokers }: Reached,
  deadline: Deadline,
): Promise<DoctorCheck[]> {
  const bootstrap = config.bootstrapServers.value;
  const known = new Set(bootstrap.map(formatAddress));
  const others = brokers.filter((broker) => !known.has(formatAddress(broker)));
  const probes = await Promise.all(others.map((broker) => probe(broker, config, deadline)));
  return others.flatMap((broker, index) => advertised(broker, probes[index] as Probe, bootstrap, id));
}

function advertised(
  broker: BrokerNode,
  found: Probe,
  bootstrap: Address[],
  clusterId: string | null,
): DoctorCheck[] {
  const subject = `broker ${broker.id} ${formatAddress(broker)}`;
  const checks = checksOf(subject, found);
  const last = checks.at(-1);
  if (last?.outcome === 'failed') {
    const fix =
      isLoopback(broker.host) && !bootstrap.some(({ host }) => isLoopback(host))
        ? `It tells clients to come to this very machine: set advertised.listeners on broker ${broker.id} to an address that is reached from here, or use --resolve ${formatAddress(broker)}:ADDRESS.`
        : `Broker ${broker.id} tells clients to come there: set its advertised.listeners to what is reached from here, or use --resolve ${formatAddress(broker)}:ADDRESS. ${last.fix ?? ''}`.trim();
    return [...checks.slice(0, -1), { ...last, fix }];
  }
  const id = found.cluster?.id ?? null;
  if (id === clusterId) return checks;
  const fix = `The advertised.listeners of broker ${broker.id} lead to another cluster's broker.`;
  return [...checks, otherCluster('advertised', subject, id, clusterId, fix)];
}

function checksOf(subject: string, { steps }: Probe): DoctorCheck[] {
  return steps.map(({ stage, tookMs, evidence, error }) => ({
    stage,
    subject,
    outcome: error ? 'failed' : evidence?.includes('cannot be reached') ? 'warning' : 'good',
    tookMs,
    evidence: error ? [error.message, error.words].filter(Boolean).join(': ') : (evidence ?? ''),
    code: error?.code ?? null,
    fix: error?.hint ?? null,
  }));
}

/** What the cluster lets this user do with it as a whole (KIP-430). */
async function authorisation({ wire }: Cluster): Promise<string> {
  const { clusterAuthorizedOperations: bits } = await wire.request(describeCluster, {
    includeClusterAuthorizedOperations: true,
  });
  const allowed = Object.entries(aclOperations).filter(([, code]) => (bits >> code) & 1);
  return bits < 0 || allowed.length === 0
    ? 'nothing is allowed on the cluster as a whole'
    : `allowed on the cluster: ${allowed.map(([name]) => name).join(', ')}`;
}

/** A check whose failure is told and counted; what the broker cannot do at all is skipped. */
async function timed(stage: string, subject: string, look: () => Promise<string>): Promise<DoctorCheck> {
  const startedAt = performance.now();
  const check = { stage, subject, code: null, fix: null };
  try {
    const evidence = await look();
    return { ...check, outcome: 'good', evidence, tookMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    const { code, hint, message } = itemError(subject, error);
    const outcome = error instanceof KctlError && code === 'UNSUPPORTED_VERSION' ? 'skipped' : 'failed';
    return {
      ...check,
      outcome,
      evidence: message,
      code,
      fix: hint ?? null,
      tookMs: Math.round(performance.now() - startedAt),
    };
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
