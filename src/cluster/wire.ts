import { type Address, formatAddress } from '../base/address.js';
import { Deadline, pause } from '../base/deadline.js';
import { ExitCode, KctlError, messageOf } from '../base/errors.js';
import { errorOf } from '../protocol/errors.js';
import { findCoordinator } from '../protocol/messages/find-coordinator.js';
import { metadata } from '../protocol/messages/metadata.js';
import { type Api, type Output, type Shape, within } from '../protocol/schema.js';
import type { Body, BrokerLink, LinkOptions } from './broker-link.js';
import { explainFailure } from './diagnose.js';
import { LinkPool } from './link-pool.js';
import type { Trace } from './trace.js';
import type { Transport } from './transport.js';

/** Who a request goes to. `controller` in KRaft is any broker: it forwards to the real one (KIP-590). */
export type Destination =
  | 'any'
  | 'controller'
  | { broker: number }
  | { group: string }
  | { transactionalId: string };

export interface RequestOptions {
  /** The deadline of what the request is a part of; the command's own unless given. */
  deadline?: Deadline;
  /** How long the one broker may take; less than half of the whole deadline unless given. */
  attemptTimeoutMs?: number;
  /** Requests of one purpose share a connection: a blocked JoinGroup or Fetch must not hold others. */
  purpose?: string;
}

export interface BrokerNode extends Address {
  id: number;
  rack: string | null;
}

export interface ClusterNodes {
  clusterId: string | null;
  controllerId: number;
  brokers: BrokerNode[];
}

export interface WireOptions extends LinkOptions {
  /** Told of whatever is tried again, or elsewhere. */
  note?: Trace | undefined;
  /** The command's own. */
  deadline: Deadline;
  /** The id that the cluster must have: with another nothing is changed. */
  clusterId?: string | undefined;
  /** How long one broker may take for one request; less than half of the deadline unless given. */
  requestTimeoutMs?: number | undefined;
  /** The bootstrap servers are controllers of KRaft (KIP-919), and so are all nodes. */
  viaControllers?: boolean;
}

/** From version 4 on (KIP-699) several are asked for in a list; every broker up to Kafka 4 speaks version 3 too. */
const findOneCoordinator = within(findCoordinator, { upTo: 3 });
const firstBackoffMs = 20;
const longestBackoffMs = 500;

/**
 * Sends any declared message to any broker of one cluster: negotiates the version, finds leaders, controllers
 * and coordinators, moves on when they moved, and keeps to one deadline. A change whose answer was lost is
 * never sent again from here: it fails with ANSWER_LOST, and who asked for it reads it back.
 */
export class Wire {
  readonly #pool: LinkPool;
  readonly #coordinators = new Map<string, number>();
  #nodes: Promise<ClusterNodes> | undefined;
  #anyAddress: Address | undefined;
  /** As they were when last asked for. */
  #lastBrokers: BrokerNode[] = [];
  readonly #clusterId: string | undefined;
  readonly #requestTimeoutMs: number | undefined;
  readonly #note: Trace | undefined;
  /** All nodes are controllers of KRaft (KIP-919). */
  readonly viaControllers: boolean;

  #deadline: Deadline;

  constructor(
    transport: Transport,
    private readonly bootstrap: Address[],
    { deadline, clusterId, requestTimeoutMs, note, viaControllers = false, ...options }: WireOptions,
  ) {
    this.#note = note;
    this.viaControllers = viaControllers;
    this.#clusterId = clusterId;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#pool = new LinkPool(transport, options);
    this.#deadline = deadline;
  }

  /** The command's own deadline. */
  get deadline(): Deadline {
    return this.#deadline;
  }

  /** Begins the time anew: for a command that goes on and on, each of whose steps has the whole of it. */
  renewDeadline(): void {
    this.#deadline = new Deadline(this.#deadline.timeoutMs);
  }

  /** What a request should allow the broker for its own work: less than kctl waits, so that the broker gives the answer. */
  brokerTimeoutMs(): number {
    return Math.round(Math.min(this.deadline.timeoutMs * 0.4, this.deadline.remainingMs()));
  }

  /**
   * @throws KctlError exit 3 when no broker can be reached or the login fails, exit 6 when none answers in
   *   time, UNSUPPORTED_VERSION, ANSWER_LOST. Errors inside the answer are the caller's to read.
   */
  async request<Req extends Shape, Res extends Shape>(
    api: Api<Req, Res>,
    body: Body<Req>,
    to: Destination = 'any',
    options: RequestOptions = {},
  ): Promise<Output<Res>> {
    // Of controllers only the active one knows.
    return this.#ask(api, body, this.viaControllers && to === 'any' ? 'controller' : to, options);
  }

  async #ask<Req extends Shape, Res extends Shape>(
    api: Api<Req, Res>,
    body: Body<Req>,
    to: Destination,
    options: RequestOptions,
  ): Promise<Output<Res>> {
    const deadline = options.deadline ?? this.deadline;
    if (api.changes && this.#clusterId !== undefined) await this.nodes(deadline);
    for (let attempt = 0; ; attempt++) {
      const backoffMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** attempt);
      const link = await this.#locate(to, options.purpose ?? 'control', deadline);
      const answer = link && (await this.#send(link, api, body, to, { ...options, deadline }, attempt === 0));
      // At the end of the time the broker's own error says more than "timed out" would.
      const last = deadline.remainingMs() < backoffMs;
      const again = answer && retriableError(api, answer);
      if (answer !== undefined && (last || again === undefined)) return answer;
      if (again !== undefined) this.#note?.(`${api.name}: ${again}, asking again`);
      this.#forget(to);
      await pause(backoffMs);
    }
  }

  /** The brokers that are alive, the controller, and the cluster's id; asked once, until something moves. */
  nodes(deadline = this.deadline): Promise<ClusterNodes> {
    this.#nodes ??= this.#askNodes(deadline).catch((error) => {
      this.#nodes = undefined;
      throw error;
    });
    return this.#nodes;
  }

  /** Forgets what was known of brokers, so that the next request asks anew. */
  refreshNodes(): void {
    this.#nodes = undefined;
  }

  /** A connection of one's own to a broker, for streams: those that write their own retry rules. */
  async link(brokerId: number, purpose: string, deadline = this.deadline): Promise<BrokerLink> {
    return this.#pool.link(await this.#broker(brokerId, deadline), purpose, deadline);
  }

  /** Opens a connection for a purpose ahead of its first request, which tells what goes wrong with it. */
  async prepare(purpose: string): Promise<void> {
    await this.#linkToAny(purpose, this.deadline).catch(() => {});
  }

  close(): void {
    this.#pool.close();
  }

  /** @returns undefined when the connection broke and the same request may go again */
  async #send<Req extends Shape, Res extends Shape>(
    link: BrokerLink,
    api: Api<Req, Res>,
    body: Body<Req>,
    to: Destination,
    options: RequestOptions & { deadline: Deadline },
    mayRepeat: boolean,
  ): Promise<Output<Res> | undefined> {
    const { deadline, attemptTimeoutMs = this.#requestTimeoutMs ?? deadline.timeoutMs * 0.45 } = options;
    try {
      return await link.send(api, body, Math.min(attemptTimeoutMs, deadline.remainingMs()));
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
      this.#forget(to);
      if (api.changes) throw answerLost(api.name, error);
      if (mayRepeat && !deadline.passed) {
        this.#note?.(`${api.name}: ${error.message}, asking again`);
        return undefined;
      }
      // A listener with SASL lets the handshake pass and closes on what comes next.
      if (error.code === 'CONNECTION_CLOSED') throw await explainFailure(link.address, error, deadline);
      throw error;
    }
  }

  /** @returns undefined when a controller or coordinator cannot be reached and will be another broker soon */
  async #locate(to: Destination, purpose: string, deadline: Deadline): Promise<BrokerLink | undefined> {
    if (to === 'any') return this.#linkToAny(purpose, deadline);
    if (to !== 'controller' && 'broker' in to) {
      return this.#pool.link(await this.#broker(to.broker, deadline), purpose, deadline);
    }
    const node =
      to === 'controller'
        ? await this.#controller(deadline)
        : await this.#broker(await this.#coordinator(to, deadline), deadline);
    return this.#pool.link(node, purpose, deadline).catch((error) => {
      const refused = !isConnectionFailure(error) || loginRefusals.includes(error.code);
      if (refused || deadline.remainingMs() < longestBackoffMs) throw error;
      this.#note?.(`${error.message}, looking for another`);
      return undefined;
    });
  }

  async #broker(id: number, deadline: Deadline): Promise<BrokerNode> {
    const { brokers } = await this.nodes(deadline);
    const node = brokers.find((broker) => broker.id === id);
    if (node) return node;
    throw new KctlError(`broker ${id} is not in the cluster's metadata`, {
      code: 'BROKER_NOT_AVAILABLE',
      exitCode: ExitCode.unreachable,
      hint: `It is down or was never there; alive: ${brokers.map((broker) => broker.id).join(', ')}.`,
    });
  }

  /** The controller, once there is one: an election may be under way. */
  async #controller(deadline: Deadline): Promise<BrokerNode> {
    for (;;) {
      const { brokers, controllerId } = await this.nodes(deadline);
      const node = brokers.find((broker) => broker.id === controllerId);
      if (node) return node;
      this.refreshNodes();
      if (deadline.passed) {
        throw new KctlError('the cluster has no controller', {
          code: 'CONTROLLER_NOT_AVAILABLE',
          exitCode: ExitCode.timedOut,
          hint: 'Look at the brokers with: kctl cluster describe',
        });
      }
      await pause(longestBackoffMs / 5);
    }
  }

  /** The first bootstrap server that answers; the next is tried after a failure or a short wait. */
  async #linkToAny(purpose: string, deadline: Deadline): Promise<BrokerLink> {
    if (this.#anyAddress) {
      const link = await this.#pool.link(this.#anyAddress, purpose, deadline).catch(() => undefined);
      if (link) return link;
      this.#anyAddress = undefined;
    }
    const failures: Array<{ address: Address; error: unknown }> = [];
    const failed = (address: Address, error: unknown) => {
      failures.push({ address, error });
      this.#note?.(messageOf(error));
    };
    const link = await this.#pool.firstLink(this.#candidates(), purpose, deadline, failed).catch(async () => {
      const [first, ...others] = failures;
      if (!first) throw new Error('no address was tried');
      throw await explainFailure(
        first.address,
        first.error,
        deadline,
        others.map(({ error }) => error),
      );
    });
    this.#anyAddress = link.address;
    return link;
  }

  /** The bootstrap servers, then what else is known of the cluster: those may all be away by now. */
  #candidates(): Address[] {
    const all = [...this.bootstrap, ...this.#lastBrokers];
    return [...new Map(all.map((address) => [formatAddress(address), address])).values()];
  }

  async #askNodes(deadline: Deadline): Promise<ClusterNodes> {
    if (this.viaControllers) return this.#askControllers(deadline);
    const answer = await this.request(metadata, { topics: [], allowAutoTopicCreation: false }, 'any', {
      deadline,
    });
    const brokers = answer.brokers
      .map(({ nodeId, host, port, rack }) => ({ id: nodeId, host, port, rack }))
      .sort((a, b) => a.id - b.id);
    this.#lastBrokers = brokers;
    if (this.#clusterId !== undefined && answer.clusterId !== this.#clusterId)
      throw otherCluster(answer.clusterId, this.#clusterId);
    return { clusterId: answer.clusterId, controllerId: answer.controllerId, brokers };
  }

  /** Only the active controller answers for the quorum, so that it is found first. */
  async #askControllers(deadline: Deadline): Promise<ClusterNodes> {
    const { describeCluster, controllersOnly } = await import('../protocol/messages/describe-cluster.js');
    const body = { endpointType: controllersOnly };
    const answer = await this.#ask(within(describeCluster, { from: 1 }), body, 'any', { deadline });
    if (answer.errorCode !== 0) {
      const { name, message } = errorOf(answer.errorCode);
      throw new KctlError('this is no controller', {
        ...{ code: name, words: answer.errorMessage ?? message },
        hint: 'Brokers are given as --bootstrap-server.',
      });
    }
    const brokers = answer.brokers.map(({ brokerId, host, port, rack }) => ({
      id: brokerId,
      host,
      port,
      rack,
    }));
    this.#lastBrokers = brokers;
    if (this.#clusterId !== undefined && answer.clusterId !== this.#clusterId)
      throw otherCluster(answer.clusterId, this.#clusterId);
    return { clusterId: answer.clusterId, controllerId: answer.controllerId, brokers };
  }

  async #coordinator(
    of: { group: string } | { transactionalId: string },
    deadline: Deadline,
  ): Promise<number> {
    const [keyType, key] = 'group' in of ? [0, of.group] : [1, of.transactionalId];
    const known = this.#coordinators.get(`${keyType} ${key}`);
    if (known !== undefined) return known;
    const found = await this.request(findOneCoordinator, { key, keyType }, 'any', { deadline });
    if (found.errorCode !== 0) {
      const { name, message } = errorOf(found.errorCode);
      throw new KctlError(`no coordinator for ${'group' in of ? 'group' : 'transactional id'} ${key}`, {
        code: name,
        words: found.errorMessage ?? message,
      });
    }
    this.#coordinators.set(`${keyType} ${key}`, found.nodeId);
    return found.nodeId;
  }

  #forget(to: Destination): void {
    this.#nodes = undefined;
    if (to === 'any') this.#anyAddress = undefined;
    else if (to !== 'controller' && !('broker' in to)) {
      this.#coordinators.delete('group' in to ? `0 ${to.group}` : `1 ${to.transactionalId}`);
    }
  }
}

const loginRefusals = ['SASL_AUTHENTICATION_FAILED', 'TOKEN_EXPIRED', 'CLOCK_SKEW'];

const errorFields = new Set(['errorCode', 'partitionErrorCode']);

/** The first error inside the answer that the API says may be sent again. */
function retriableError(api: Api, answer: unknown): string | undefined {
  const retries: readonly string[] = api.retries ?? [];
  if (retries.length === 0) return undefined;
  const find = (value: unknown): string | undefined => {
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return undefined;
    const items = Array.isArray(value) ? value : Object.values(value);
    const names = Array.isArray(value) ? [] : Object.keys(value);
    for (const [index, item] of items.entries()) {
      const code = errorFields.has(names[index] ?? '') ? errorOf(item as number).name : undefined;
      const found = code === undefined ? find(item) : retries.find((each) => each === code);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(answer);
}

function isConnectionFailure(error: unknown): error is KctlError {
  return (
    error instanceof KctlError &&
    (error.exitCode === ExitCode.unreachable || error.exitCode === ExitCode.timedOut)
  );
}

function otherCluster(found: string | null, expected: string): KctlError {
  return new KctlError(`this is another cluster: its id is ${found}, and the context names ${expected}`, {
    code: 'OTHER_CLUSTER',
    hint: 'Nothing was done. Check the addresses of the context, or its clusterId: kctl context show',
  });
}

function answerLost(apiName: string, cause: KctlError): KctlError {
  return new KctlError(`the answer to ${apiName} was lost, so it may have been done or not`, {
    code: 'ANSWER_LOST',
    exitCode: cause.exitCode,
    words: cause.message,
    hint: 'Look at what is there before you repeat it.',
    cause,
  });
}
