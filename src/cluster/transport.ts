/**
 * Bytes to a broker and back. The only file that touches kafkajs's internals: its Connection gives sockets,
 * TLS, SASL and the queue of requests in flight; framing and request bytes are kctl's own.
 */
import net from 'node:net';
import tls from 'node:tls';
import Connection, { type Logger } from 'kafkajs/src/network/connection.js';
import { type Address, formatAddress } from '../base/address.js';
import { Deadline } from '../base/deadline.js';
import { ExitCode, KctlError, messageOf } from '../base/errors.js';
import { tlsOptions } from './dial.js';
import { FrameReader } from './frame-reader.js';
import type { Route } from './settings/route.js';
import type { Security } from './settings/security.js';
import type { openTunnel } from './tunnel.js';

export interface VersionRange {
  minVersion: number;
  maxVersion: number;
}

export interface OutgoingRequest {
  apiKey: number;
  apiName: string;
  apiVersion: number;
  /** Gives the whole frame, its four bytes of size included, in parts. They must not change before the answer. */
  encode(correlationId: number): Buffer[];
  /** False for Produce with acks=0, which the broker never answers. */
  expectResponse: boolean;
  timeoutMs: number;
  /** Gives the memory that the answer is read into, of exactly so many bytes; new memory when absent. */
  memory?: AnswerMemory | undefined;
}

export type AnswerMemory = (bytes: number) => Buffer;

/** One connection to one broker. Requests are answered in order. */
export interface Link {
  /**
   * @returns the response frame from its correlation id on; empty when no response was expected
   * @throws KctlError exit 3 when the connection fails, exit 6 when the answer does not come in time
   */
  send(request: OutgoingRequest): Promise<Buffer>;
  readonly open: boolean;
  close(): void;
}

export interface Transport {
  /** @throws KctlError exit 3 that names the address and the cause */
  connect(address: Address, timeoutMs: number): Promise<Link>;
  /** Cuts every connection, those that are still being made too; none is made any more. */
  close(): void;
}

interface TransportOptions {
  clientId: string;
  security: Security;
  /** Directly unless given. */
  route?: Route;
}

export function kafkaTransport(options: TransportOptions): Transport {
  const sockets = new Set<net.Socket>();
  let closed = false;
  return {
    close() {
      closed = true;
      for (const socket of sockets) socket.destroy(new Error('the connection was closed by kctl'));
    },
    async connect(address, timeoutMs) {
      // A connection made now would keep the process alive.
      if (closed) throw connectionError(address, new Error('kctl is closing'));
      const deadline = new Deadline(timeoutMs);
      const proxy = options.route?.proxy;
      const tunnel = proxy && (await openProxy(proxy, pathTo(address, options), timeoutMs));
      const connection = new FramedConnection(address, deadline.remainingMs(), options, sockets, tunnel);
      try {
        await connection.connect();
      } catch (error) {
        throw connectionError(address, connection.fault ?? error);
      }
      return new KafkaLink(connection, address);
    },
  };
}

/** Loaded where it is used: few go through a proxy. */
async function openProxy(...args: Parameters<typeof openTunnel>): Promise<net.Socket> {
  return (await import('./tunnel.js')).openTunnel(...args);
}

/** Where to connect to for an address: itself, or what --resolve says. */
function pathTo(address: Address, { route }: TransportOptions): Address {
  return route?.resolve.get(formatAddress(address)) ?? address;
}

/** kafkajs's connection with its own framing replaced by a bounded one, and its timer fault cured. */
class FramedConnection extends Connection {
  /** The first thing that went wrong on the socket. kafkajs keeps only a part of it. */
  fault: Error | undefined;
  /** Of the requests in flight that bring it, by correlation id. */
  readonly memory = new Map<number, AnswerMemory>();
  readonly #frames = new FrameReader({
    // No request outlives its connection, so an answer to none is not a broker's.
    memoryFor: (correlationId, bytes) =>
      this.requestQueue.inflight.has(correlationId)
        ? (this.memory.get(correlationId) ?? Buffer.allocUnsafeSlow)(bytes)
        : undefined,
    arrived: (frame) =>
      this.requestQueue.fulfillRequest({
        size: frame.length,
        correlationId: frame.readInt32BE(0),
        payload: frame.subarray(4),
      }),
    foreign: (bytes) => this.socket?.destroy(new ForeignAnswerError(bytes)),
  });

  constructor(
    address: Address,
    timeoutMs: number,
    options: TransportOptions,
    sockets: Set<net.Socket>,
    tunnel?: net.Socket,
  ) {
    const { security, clientId } = options;
    super({
      ...address,
      clientId,
      ssl: security.tls ?? null,
      sasl: null,
      connectionTimeout: Math.max(1, Math.floor(timeoutMs)),
      // Requests have deadlines of their own, and kafkajs's check is a timer that polls.
      requestTimeout: timeoutMs,
      enforceRequestTimeout: false,
      logger: silentLogger,
      socketFactory: ({ host, onConnect }) => {
        const socket = this.#openSocket(host, tunnel ?? pathTo(address, options), security, onConnect);
        sockets.add(socket);
        return socket.once('close', () => sockets.delete(socket));
      },
    });
    cureThrottleTimer(this);
  }

  /** @param to where to connect, or a socket that is connected already */
  #openSocket(host: string, to: Address | net.Socket, security: Security, onConnect: () => void): net.Socket {
    const socket = security.tls
      ? tls.connect({ ...('port' in to ? to : { socket: to }), ...tlsOptions(host, security.tls) }, onConnect)
      : dial(to, this.#readInPlace(), onConnect);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.once('error', (error) => {
      this.fault ??= error;
    });
    socket.once('close', () => {
      this.requestQueue.rejectAll(this.fault ?? new Error('the broker closed the connection'));
    });
    return socket;
  }

  #readInPlace(): net.OnReadOpts {
    return {
      buffer: () => this.#frames.target,
      callback: (count) => {
        this.#frames.filled(count);
        return true;
      },
    };
  }

  /** What comes from a socket that is not read into the frames themselves. */
  override processData(chunk: Buffer): void {
    this.#frames.push(chunk);
  }
}

/** Connects, unless that is done already. */
function dial(to: Address | net.Socket, onread: net.OnReadOpts, onConnect: () => void): net.Socket {
  if (!(to instanceof net.Socket)) return net.connect({ ...to, noDelay: true, onread }, onConnect);
  setImmediate(onConnect);
  return to;
}

class KafkaLink implements Link {
  readonly #connection: FramedConnection;
  readonly #address: Address;

  constructor(connection: FramedConnection, address: Address) {
    this.#connection = connection;
    this.#address = address;
  }

  get open(): boolean {
    return this.#connection.isConnected() && this.#connection.socket?.destroyed === false;
  }

  send(request: OutgoingRequest): Promise<Buffer> {
    const { apiKey, apiName, apiVersion, expectResponse, timeoutMs } = request;
    const connection = this.#connection;
    const correlationId = connection.nextCorrelationId();
    const frame = request.encode(correlationId);
    return new Promise<Buffer>((resolve, reject) => {
      if (!this.open) {
        return reject(
          connectionError(this.#address, connection.fault ?? new Error('the connection is closed')),
        );
      }
      const timer = this.#armTimer(apiName, timeoutMs);
      if (request.memory) connection.memory.set(correlationId, request.memory);
      const settled = () => {
        clearTimeout(timer);
        connection.memory.delete(correlationId);
      };
      const entry = {
        apiKey,
        apiName,
        apiVersion,
        correlationId,
        resolve: ({ payload }: { payload: Buffer | null }) => {
          settled();
          // The frame is wanted from its correlation id on, which stands in the four bytes before the payload.
          resolve(
            payload
              ? Buffer.from(payload.buffer, payload.byteOffset - 4, payload.length + 4)
              : Buffer.alloc(0),
          );
        },
        reject: (error: Error) => {
          settled();
          reject(connectionError(this.#address, connection.fault ?? error));
        },
      };
      const sendRequest = () => {
        connection.socket?.cork();
        for (const part of frame) connection.socket?.write(part);
        connection.socket?.uncork();
      };
      connection.requestQueue.push({ entry, expectResponse, requestTimeout: null, sendRequest });
    });
  }

  /** Answers come in order, so one that does not come makes the connection useless: it is cut. */
  #armTimer(apiName: string, timeoutMs: number): NodeJS.Timeout {
    return setTimeout(
      () => this.#connection.socket?.destroy(new NoAnswerError(this.#address, apiName, timeoutMs)),
      Math.max(1, timeoutMs),
    );
  }

  close(): void {
    this.#connection.requestQueue.rejectAll(new Error('the connection was closed by kctl'));
    this.#connection.requestQueue.destroy();
    this.#connection.socket?.destroy();
    void this.#connection.disconnect();
  }
}

class NoAnswerError extends KctlError {
  constructor(address: Address, apiName: string, timeoutMs: number) {
    super(`${formatAddress(address)} did not answer ${apiName} within ${Math.round(timeoutMs)} ms`, {
      code: 'REQUEST_TIMED_OUT',
      exitCode: ExitCode.timedOut,
      hint: 'The broker may be overloaded or stopped: look at its log, or give it longer with --timeout.',
    });
  }
}

/** The answer's first bytes are not Kafka's: another protocol is spoken there. */
export class ForeignAnswerError extends Error {
  constructor(readonly answer: Buffer) {
    super('the answer is not one of Kafka');
  }
}

/** Any failure of a connection, told by address and cause. */
export function connectionError(address: Address, error: unknown): KctlError {
  if (error instanceof KctlError) return error;
  const code = codeOf(error);
  return new KctlError(
    `cannot reach ${formatAddress(address)}: ${causes[code] ?? messageOf(error).replace(/^Connection error: /, '')}`,
    {
      code,
      exitCode: ExitCode.unreachable,
      cause: error,
    },
  );
}

function codeOf(error: unknown): string {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (code !== undefined) return code;
  if (message === 'Connection timeout') return 'ETIMEDOUT';
  return name === 'KafkaJSConnectionClosedError' ? 'CONNECTION_CLOSED' : 'CONNECTION_FAILED';
}

const causes: Record<string, string> = {
  CONNECTION_CLOSED: 'it closed the connection without an answer',
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name does not resolve now',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to its network',
  ECONNRESET: 'it cut the connection',
  ETIMEDOUT: 'it does not answer (timed out)',
  EPIPE: 'it closed the connection',
};

/**
 * kafkajs 2.2.4 arms a timer of about 1 ms for as long as a connection lives (and, on Node 24, of a negative
 * time, with a warning); it is needed only while a broker throttles and requests wait.
 */
function cureThrottleTimer({ requestQueue }: Connection): void {
  requestQueue.scheduleCheckPendingRequests = () => {
    if (requestQueue.throttleCheckTimeoutId !== null || requestQueue.pending.length === 0) return;
    const waitMs = Math.max(10, requestQueue.throttledUntil - Date.now());
    requestQueue.throttleCheckTimeoutId = setTimeout(() => {
      requestQueue.throttleCheckTimeoutId = null;
      requestQueue.checkPendingRequests();
    }, waitMs);
  };
}

/** What there is to tell of a connection, kctl tells itself. */
const silent = () => {};
const silentLogger: Logger = {
  namespace: () => silentLogger,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
};
