import { type Address, formatAddress } from '../base/address.js';
import { Deadline } from '../base/deadline.js';
import { ExitCode, KctlError, messageOf } from '../base/errors.js';
import { errorOf } from '../protocol/errors.js';
import { decodeResponse, encodeRequest } from '../protocol/frame.js';
import { apiVersions, clientSoftware } from '../protocol/messages/api-versions.js';
import { ProtocolError } from '../protocol/protocol-error.js';
import type { Api, Input, Output, Shape } from '../protocol/schema.js';
import { type Ask, logIn } from './sasl/login.js';
import type { SaslMechanism } from './sasl/mechanism.js';
import { describeBody, type Trace } from './trace.js';
import {
  type AnswerMemory,
  connectionError,
  ForeignAnswerError,
  type Link,
  type Transport,
  type VersionRange,
} from './transport.js';

/** The highest version of ApiVersions that every supported broker (2.4 on) answers as it was asked. */
const handshakeVersion = 3;

/** How much of a session's life passes before the next login, as in Kafka's own client. */
const loginShare = 0.85;

/** What is sent: a body, or what makes it once the version is negotiated. */
export type Body<Req extends Shape> = Input<Req> | ((version: number) => Input<Req>);

export interface LinkOptions {
  clientId: string;
  sasl?: SaslMechanism | undefined;
  /** Told of every request and answer. */
  trace?: Trace | undefined;
}

/** A connection on which versions are negotiated and the login is done: it sends declared messages. */
export class BrokerLink {
  /** The login under way or done; undefined where there is none. */
  #login: Promise<void> | undefined;
  /** When the broker wants another login (KIP-368), by performance.now(). */
  #logInAgainAtMs = Number.POSITIVE_INFINITY;

  private constructor(
    readonly address: Address,
    readonly versions: ReadonlyMap<number, VersionRange>,
    private readonly link: Link,
    private readonly options: LinkOptions,
  ) {}

  static async open(
    transport: Transport,
    address: Address,
    options: LinkOptions & { timeoutMs: number },
  ): Promise<BrokerLink> {
    const { clientId, sasl, trace } = options;
    const deadline = new Deadline(options.timeoutMs);
    const at = formatAddress(address);
    trace?.(`${at} connecting`);
    const link = await transport.connect(address, deadline.timeoutMs).catch((error) => {
      trace?.(`${at} ${messageOf(error)}`);
      throw error;
    });
    try {
      const versions = await askVersions(link, clientId, address, deadline.remainingMs());
      trace?.(`${at} connected: speaks ${versions.size} kinds of requests`);
      const opened = new BrokerLink(address, versions, link, options);
      if (sasl) await opened.#logIn(sasl, deadline);
      return opened;
    } catch (error) {
      link.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.link.open;
  }

  /**
   * The newest version that both sides speak.
   * @throws KctlError UNSUPPORTED_VERSION that says what each side speaks */
  negotiate(api: Api): number {
    const range = this.versions.get(api.key);
    const [min, max] = api.versions;
    const version = Math.min(max, range?.maxVersion ?? -1);
    if (range && version >= Math.max(min, range.minVersion)) return version;
    throw new KctlError(`the broker at ${formatAddress(this.address)} cannot do ${api.name}`, {
      code: 'UNSUPPORTED_VERSION',
      words: range
        ? `It speaks versions ${range.minVersion} to ${range.maxVersion}, kctl ${min} to ${max}.`
        : 'Its version of Kafka does not have this request.',
      hint: range && range.minVersion > max ? 'It takes a newer kctl.' : 'It takes a newer Kafka.',
    });
  }

  /** Sends one message and decodes its answer; bytes and records in it are views of `memory`, where it is given. */
  async send<Req extends Shape, Res extends Shape>(
    api: Api<Req, Res>,
    body: Body<Req>,
    timeoutMs: number,
    memory?: AnswerMemory,
  ): Promise<Output<Res>> {
    await this.#stayLoggedIn(timeoutMs);
    return this.#exchange(api, body, timeoutMs, memory);
  }

  async #exchange<Req extends Shape, Res extends Shape>(
    api: Api<Req, Res>,
    body: Body<Req>,
    timeoutMs: number,
    memory?: AnswerMemory,
  ): Promise<Output<Res>> {
    const request = this.#outgoing(api, body, timeoutMs);
    const frame = await this.link.send({ ...request, expectResponse: true, memory });
    const answer = decodeResponse(api, request.apiVersion, frame);
    this.#trace(`< ${api.name} v${request.apiVersion}, ${frame.length} bytes:`, answer);
    return answer;
  }

  /** Sends a request that the broker never answers (Produce with acks=0). */
  async sendOnly<Req extends Shape>(api: Api<Req>, body: Body<Req>, timeoutMs: number): Promise<void> {
    await this.#stayLoggedIn(timeoutMs);
    await this.link.send({ ...this.#outgoing(api, body, timeoutMs), expectResponse: false });
  }

  async #logIn(sasl: SaslMechanism, deadline: Deadline): Promise<void> {
    const ask: Ask = (api, body, timeoutMs) => this.#exchange(api, body, timeoutMs);
    const lifetimeMs = await logIn(ask, this.address, sasl, deadline);
    this.#logInAgainAtMs =
      lifetimeMs > 0 ? performance.now() + lifetimeMs * loginShare : Number.POSITIVE_INFINITY;
  }

  /** Logs in again before the broker cuts the connection; whatever is sent meanwhile waits for that. */
  async #stayLoggedIn(timeoutMs: number): Promise<void> {
    if (this.options.sasl && performance.now() >= this.#logInAgainAtMs) {
      this.#logInAgainAtMs = Number.POSITIVE_INFINITY;
      this.#login = this.#logIn(this.options.sasl, new Deadline(timeoutMs)).catch((error) => {
        this.close();
        throw error;
      });
    }
    await this.#login;
  }

  #outgoing<Req extends Shape>(api: Api<Req>, body: Body<Req>, timeoutMs: number) {
    const apiVersion = this.negotiate(api);
    const given = typeof body === 'function' ? body(apiVersion) : body;
    this.#trace(`> ${api.name} v${apiVersion}`, given);
    return {
      apiKey: api.key,
      apiName: api.name,
      apiVersion,
      encode: (correlationId: number) =>
        encodeRequest(api, apiVersion, { correlationId, clientId: this.options.clientId }, given),
      timeoutMs,
    };
  }

  #trace(what: string, body: unknown): void {
    this.options.trace?.(`${formatAddress(this.address)} ${what} ${describeBody(body)}`);
  }

  close(): void {
    this.link.close();
  }
}

async function askVersions(
  link: Link,
  clientId: string,
  address: Address,
  timeoutMs: number,
): Promise<Map<number, VersionRange>> {
  const frame = await link.send({
    apiKey: apiVersions.key,
    apiName: apiVersions.name,
    apiVersion: handshakeVersion,
    encode: (correlationId) =>
      encodeRequest(apiVersions, handshakeVersion, { correlationId, clientId }, clientSoftware),
    expectResponse: true,
    timeoutMs,
  });
  // A broker that does not know the version answers in version 0 (KIP-511): its error code comes first either way.
  const errorCode = frame.length >= 6 ? frame.readInt16BE(4) : 0;
  if (errorCode !== 0) {
    const { name, message } = errorOf(errorCode);
    const at = formatAddress(address);
    throw new KctlError(
      name === 'UNSUPPORTED_VERSION'
        ? `${at} is a Kafka older than 2.4`
        : `${at} refused to say what it speaks`,
      {
        code: name,
        exitCode: ExitCode.unreachable,
        words: message,
        hint: 'kctl works with Kafka 2.4 and later.',
      },
    );
  }
  const { apiKeys } = decodeHandshake(frame, address);
  return new Map(apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, { minVersion, maxVersion }]));
}

/** The first answer of a connection: one that makes no sense is not a broker's. */
function decodeHandshake(frame: Buffer, address: Address) {
  try {
    return decodeResponse(apiVersions, handshakeVersion, frame);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw connectionError(address, new ForeignAnswerError(frame));
  }
}
