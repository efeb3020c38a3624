import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Address, formatAddress } from '../base/address.js';
import { Deadline } from '../base/deadline.js';
import { KctlError } from '../base/errors.js';
import { releaseOf } from '../protocol/kafka-release.js';
import { metadata } from '../protocol/messages/metadata.js';
import { BrokerLink } from './broker-link.js';
import type { ClusterConfig } from './config.js';
import { explainFailure } from './diagnose.js';
import { tlsOptions } from './dial.js';
import { connectionError, kafkaTransport } from './transport.js';
import type { BrokerNode } from './wire.js';

/** What must hold, one after another, before a broker can be used. */
export const probeStages = ['name', 'connect', 'tls', 'kafka', 'login', 'metadata'] as const;
export type ProbeStage = (typeof probeStages)[number];

export interface ProbeStep {
  stage: ProbeStage;
  tookMs: number;
  /** What was found, in words; undefined where the step failed. */
  evidence?: string;
  error?: KctlError;
}

export interface Probe {
  steps: ProbeStep[];
  /** What the broker says of its cluster; undefined where it was not reached. */
  cluster?: { id: string | null; brokers: BrokerNode[] };
}

type Settings = Pick<ClusterConfig, 'clientId' | 'route' | 'security'>;

/** Goes through the stages of reaching one broker, each on its own, until one fails. Nothing is thrown. */
export async function probe(address: Address, settings: Settings, deadline: Deadline): Promise<Probe> {
  const found: Probe = { steps: [] };
  const { route, security } = settings;
  const path = route.resolve.get(formatAddress(address)) ?? address;
  const stages: Array<[stage: ProbeStage, isAsked: boolean, look: (deadline: Deadline) => Promise<string>]> =
    [
      // Behind a proxy, names and addresses are the proxy's to find.
      ['name', !route.proxy, () => resolveName(path)],
      ['connect', !route.proxy, (step) => reach(path, step)],
      [
        'tls',
        !route.proxy && security.value.tls !== undefined,
        (step) => shakeHands(address, path, settings, step),
      ],
      ['kafka', true, (step) => speakKafka(address, settings, step)],
      ['login', security.value.sasl !== undefined, (step) => logIn(address, settings, step)],
      ['metadata', true, (step) => askMetadata(address, settings, step, found)],
    ];
  for (const [stage, isAsked, look] of stages) {
    if (!isAsked) continue;
    const startedAt = performance.now();
    const tookMs = () => Math.round(performance.now() - startedAt);
    const step = new Deadline(Math.max(1, Math.min(deadline.remainingMs(), deadline.timeoutMs * 0.45)));
    try {
      found.steps.push({ stage, evidence: await look(step), tookMs: tookMs() });
    } catch (error) {
      found.steps.push({ stage, error: await explainFailure(address, error, deadline), tookMs: tookMs() });
      break;
    }
  }
  return found;
}

async function resolveName({ host }: Address): Promise<string> {
  if (isIP(host)) return `${host} is an address`;
  const addresses = await lookup(host, { all: true }).catch((error) => {
    throw connectionError({ host, port: 0 }, error);
  });
  return addresses.map(({ address }) => address).join(', ');
}

/** Tries every address of the name: the first may be one that leads nowhere. */
async function reach({ host, port }: Address, deadline: Deadline): Promise<string> {
  const addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
  const tried = await Promise.all(addresses.map((each) => connects({ host: each, port }, deadline)));
  const failed = tried.filter((each) => each.error);
  const [first] = failed;
  if (first?.error && failed.length === tried.length) throw connectionError({ host, port }, first.error);
  const reached = tried.filter((each) => !each.error).map(({ host: each }) => each);
  const rest = failed.map((each) => `${each.host} cannot be reached (${each.error?.code})`);
  return [`reached ${reached.join(', ')}`, ...rest].join('; ');
}

interface Attempt {
  host: string;
  error?: NodeJS.ErrnoException;
}

function connects({ host, port }: Address, deadline: Deadline): Promise<Attempt> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (attempt: Attempt) => {
      socket.destroy();
      resolve(attempt);
    };
    const late = Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
    socket.setTimeout(Math.max(1, deadline.remainingMs()), () => end({ host, error: late }));
    socket.on('connect', () => end({ host }));
    socket.on('error', (error) => end({ host, error }));
  });
}

/** The handshake alone, and what the server's certificate says of itself. */
function shakeHands(
  address: Address,
  path: Address,
  { security }: Settings,
  deadline: Deadline,
): Promise<string> {
  const { tls } = security.value;
  return new Promise((resolve, reject) => {
    const socket = connectTls({ ...path, ...(tls ? tlsOptions(address.host, tls) : {}) });
    const late = Object.assign(new Error('no answer to the handshake'), { code: 'ETIMEDOUT' });
    socket.setTimeout(Math.max(1, deadline.remainingMs()), () => socket.destroy(late));
    socket.on('secureConnect', () => {
      resolve(describeTls(socket));
      socket.destroy();
    });
    socket.on('error', (error) => reject(connectionError(address, error)));
  });
}

function describeTls(socket: TLSSocket): string {
  const { subject, issuer, valid_to: validTo } = socket.getPeerCertificate();
  const days = Math.floor((Date.parse(validTo) - Date.now()) / 86_400_000);
  return `${socket.getProtocol()}, ${subject?.CN ?? 'no name'} by ${issuer?.CN ?? 'itself'}, valid for ${days} more days`;
}

function open(
  address: Address,
  settings: Settings,
  deadline: Deadline,
  withLogin: boolean,
): Promise<BrokerLink> {
  const { clientId, route, security } = settings;
  const transport = kafkaTransport({ clientId: clientId.value, security: security.value, route });
  return BrokerLink.open(transport, address, {
    clientId: clientId.value,
    sasl: withLogin ? security.value.sasl : undefined,
    timeoutMs: deadline.remainingMs(),
  });
}

async function speakKafka(address: Address, settings: Settings, deadline: Deadline): Promise<string> {
  const link = await open(address, settings, deadline, false);
  link.close();
  // The listener of a controller has requests of its own, and no Metadata.
  if (!link.versions.has(metadata.key)) {
    throw new KctlError(`${formatAddress(address)} is the listener of a controller, not of a broker`, {
      code: 'CONTROLLER_LISTENER',
      exitCode: 3,
      hint: "Give a broker's own port, usually 9092.",
    });
  }
  const release = releaseOf(link.versions);
  return release === null ? 'older than Kafka 2.4' : `speaks as Kafka ${release} does`;
}

async function logIn(address: Address, settings: Settings, deadline: Deadline): Promise<string> {
  const link = await open(address, settings, deadline, true);
  link.close();
  const { sasl } = settings.security.value;
  return `${sasl?.name}${sasl?.username === undefined ? '' : ` as ${sasl.username}`}`;
}

async function askMetadata(
  address: Address,
  settings: Settings,
  deadline: Deadline,
  found: Probe,
): Promise<string> {
  const link = await open(address, settings, deadline, true);
  try {
    const question = { topics: [], allowAutoTopicCreation: false };
    const answer = await link.send(metadata, question, deadline.remainingMs());
    const brokers = answer.brokers
      .map(({ nodeId, host, port, rack }) => ({ id: nodeId, host, port, rack }))
      .sort((a, b) => a.id - b.id);
    found.cluster = { id: answer.clusterId, brokers };
    return `cluster ${answer.clusterId} with brokers ${brokers.map(({ id }) => id).join(', ')}`;
  } finally {
    link.close();
  }
}
