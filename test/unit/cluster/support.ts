import { type Address, formatAddress, parseAddress } from '../../../src/base/address.js';
import { Deadline } from '../../../src/base/deadline.js';
import { ExitCode, KctlError } from '../../../src/base/errors.js';
import type { SaslMechanism } from '../../../src/cluster/sasl/mechanism.js';
import {
  connectionError,
  type Link,
  type OutgoingRequest,
  type Transport,
} from '../../../src/cluster/transport.js';
import { Wire } from '../../../src/cluster/wire.js';
import { codecOf } from '../../../src/protocol/compile.js';
import { apiVersions } from '../../../src/protocol/messages/api-versions.js';
import { createTopics } from '../../../src/protocol/messages/create-topics.js';
import { findCoordinator } from '../../../src/protocol/messages/find-coordinator.js';
import { metadata } from '../../../src/protocol/messages/metadata.js';
import { offsetFetch } from '../../../src/protocol/messages/offset-fetch.js';
import { saslAuthenticate } from '../../../src/protocol/messages/sasl-authenticate.js';
import { saslHandshake } from '../../../src/protocol/messages/sasl-handshake.js';
import type { Api } from '../../../src/protocol/schema.js';
import { Writer } from '../../../src/protocol/writer.js';

const apis: Api[] = [
  apiVersions,
  metadata,
  createTopics,
  findCoordinator,
  offsetFetch,
  saslHandshake,
  saslAuthenticate,
];

/** A response as a broker sends it, from its correlation id on. */
export function responseFrame(api: Api, version: number, correlationId: number, body: object): Buffer {
  const writer = new Writer();
  writer.int32(correlationId);
  if (api.flexible !== undefined && version >= api.flexible && api.key !== apiVersions.key)
    writer.unsignedVarint(0);
  codecOf(api.response, version, api.flexible).write(writer, body as never);
  return writer.finish();
}

/** What a broker answers to ApiVersions: these ranges by API key. */
export function versionsBody(ranges: Record<number, [min: number, max: number]>): object {
  const apiKeys = Object.entries(ranges).map(([key, [minVersion, maxVersion]]) => ({
    apiKey: Number(key),
    minVersion,
    maxVersion,
  }));
  return { errorCode: 0, apiKeys, throttleTimeMs: 0 };
}

const everything: Record<number, [number, number]> = Object.fromEntries(
  apis.map(({ key, versions: [min, max] }) => [key, [min, max]]),
);

export interface FakeBroker {
  /** Version ranges by API key; all that the declarations have unless given. */
  versions?: Record<number, [min: number, max: number]>;
  /** Before a connection is there; may throw or take its time. */
  connect?(): Promise<void>;
  /** By the name of the API; `nth` counts from 0. An answer that never settles is a silent broker. */
  answers?: Record<string, (nth: number, version: number) => object | Promise<object>>;
}

export const silence = new Promise<never>(() => {});

/** Stands in for the bytes below the wire: brokers by `host:port`, each with its answers by API. */
export class FakeTransport implements Transport {
  /** What was asked, such as `a:1 connect` and `a:1 Metadata v12`. */
  readonly log: string[] = [];
  readonly links: FakeLink[] = [];
  closed = false;

  constructor(readonly brokers: Record<string, FakeBroker>) {}

  async connect(address: Address, timeoutMs: number): Promise<Link> {
    const name = formatAddress(address);
    this.log.push(`${name} connect`);
    const broker = this.brokers[name];
    if (!broker)
      throw connectionError(address, Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    await within(broker.connect?.(), timeoutMs);
    const link = new FakeLink(name, broker, this.log);
    this.links.push(link);
    return link;
  }

  close(): void {
    this.closed = true;
  }

  count(line: string): number {
    return this.log.filter((entry) => entry === line || entry.startsWith(`${line} `)).length;
  }
}

class FakeLink implements Link {
  open = true;
  #correlationId = 0;

  constructor(
    private readonly name: string,
    private readonly broker: FakeBroker,
    private readonly log: string[],
  ) {}

  async send({ apiKey, apiName, apiVersion, encode, timeoutMs }: OutgoingRequest): Promise<Buffer> {
    const correlationId = this.#correlationId++;
    encode(correlationId);
    const line = `${this.name} ${apiName}`;
    const nth = this.log.filter((entry) => entry.startsWith(`${line} `)).length;
    this.log.push(`${line} v${apiVersion}`);
    const api = apis.find(({ key }) => key === apiKey);
    if (!api) throw new Error(`the fake broker does not know ${apiName}`);
    const { answers = {}, versions = everything } = this.broker;
    const answer = answers[apiName] ?? (api === apiVersions ? () => versionsBody(versions) : () => silence);
    try {
      const body = await within(Promise.resolve(answer(nth, apiVersion)), timeoutMs);
      return responseFrame(api, apiVersion, correlationId, body as object);
    } catch (error) {
      this.open = false;
      throw error;
    }
  }

  close(): void {
    this.open = false;
  }
}

async function within(promise: Promise<unknown> | undefined, timeoutMs: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new KctlError('no answer', { code: 'REQUEST_TIMED_OUT', exitCode: ExitCode.timedOut, hint: 'x' }),
        ),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** How a connection breaks under a request. */
export function cut(): never {
  throw connectionError(
    { host: 'fake', port: 1 },
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
  );
}

/** An answer to Metadata: brokers as `id@host:port`. */
export function metadataBody(brokers: string[], controllerId: number): object {
  return {
    throttleTimeMs: 0,
    brokers: brokers.map((text) => {
      const [id, address = ''] = text.split('@');
      return { nodeId: Number(id), ...parseAddress(address, 9092), rack: null };
    }),
    clusterId: 'fake',
    controllerId,
    topics: [],
    errorCode: 0,
  };
}

export function wireOver(
  transport: Transport,
  bootstrap: string[],
  { timeoutMs = 2000, sasl }: { timeoutMs?: number; sasl?: SaslMechanism } = {},
): Wire {
  const addresses = bootstrap.map((text) => parseAddress(text, 9092));
  return new Wire(transport, addresses, { clientId: 'test', sasl, deadline: new Deadline(timeoutMs) });
}

export const failureOf = (promise: Promise<unknown>): Promise<KctlError> =>
  promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error) => {
      if (error instanceof KctlError) return error;
      throw error;
    },
  );
