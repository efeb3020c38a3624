import type { Socket } from 'node:net';
import type { Address } from '../../base/address.js';
import { KctlError } from '../../base/errors.js';
import { Reader } from '../../protocol/reader.js';
import { juteCodec } from '../../protocol/zookeeper/jute.js';
import {
  connectRequest,
  connectResponse,
  frame,
  type Operation,
  ping,
  replyHeader,
  requestHeader,
  watcherEvent,
} from '../../protocol/zookeeper/operations.js';
import { dial } from '../dial.js';
import type { TlsOptions } from '../settings/security.js';
import { answersNothing, closings, foreignAnswer, lost, networkError } from './failures.js';
import { sessionError } from './session-errors.js';

/** Above every jute.maxbuffer in use; a larger frame is not ZooKeeper's. */
const maxFrameBytes = 64 * 1024 * 1024;

const notificationXid = -1;
const pingXid = -2;
const authXid = -4;

/** What a client gives to continue a session, and what the server gives for one. */
export interface SessionTicket {
  /** 0 asks for a new session. */
  sessionId: bigint;
  passwd: Buffer;
  lastZxid: bigint;
}

export interface ConnectionOptions {
  sessionTimeoutMs: number;
  tls: TlsOptions | undefined;
  /** Also be content with a server that is cut off from its quorum. */
  allowReadOnly: boolean;
}

/** A watch that has fired, or a change of the session; `type` as org.apache.zookeeper.Watcher.Event has it. */
export interface WatchedEvent {
  type: number;
  path: string;
}

interface Waiting {
  xid: number;
  bytes: number;
  take(reply: Reader, err: number): void;
  fail(error: KctlError): void;
}

const codecs = {
  connectRequest: juteCodec(connectRequest),
  connectResponse: juteCodec(connectResponse),
  requestHeader: juteCodec(requestHeader),
  replyHeader: juteCodec(replyHeader),
  watcherEvent: juteCodec(watcherEvent),
};

/**
 * One connection to one server: frames, requests in flight, and the pings that keep its session alive. A server
 * that says nothing for two thirds of the session's timeout is given up, as a half-open socket would never end.
 */
export class ZookeeperConnection {
  readonly closed: Promise<KctlError>;
  /** Told what the server says unasked. */
  onEvent: (event: WatchedEvent) => void = () => {};
  ticket: SessionTicket = { sessionId: 0n, passwd: Buffer.alloc(16), lastZxid: 0n };
  sessionTimeoutMs = 0;
  readOnly = false;

  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #onHandshake: ((reply: Reader) => void) | undefined;
  #chunks: Buffer[] = [];
  #bufferedBytes = 0;
  #neededBytes = 4;
  #nextXid = 1;
  #fault: KctlError | undefined;
  #heardAt = performance.now();
  #sentAt = performance.now();
  #heart: NodeJS.Timeout | undefined;

  private constructor(
    readonly address: Address,
    tls: TlsOptions | undefined,
    onConnect: () => void,
  ) {
    this.#socket = dial(address, tls, onConnect);
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', () => resolve(this.#end()));
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server that closes on what it will not read resets the connection.
      const isClosed = this.sessionTimeoutMs > 0 && closings.includes(error.code ?? '');
      if (!isClosed) this.#fault ??= networkError(address, error);
    });
    this.#socket.on('data', (chunk) => this.#take(chunk));
  }

  /**
   * Connects and takes up a session.
   * @throws KctlError exit 3: no connection, no answer, no ZooKeeper, or the session is gone (SESSIONEXPIRED)
   */
  static open(
    address: Address,
    ticket: SessionTicket,
    options: ConnectionOptions,
    timeoutMs: number,
  ): Promise<ZookeeperConnection> {
    return new Promise((resolve, reject) => {
      const connection = new ZookeeperConnection(address, options.tls, () =>
        connection.#greet(ticket, options),
      );
      const timer = setTimeout(() => {
        const stage = connection.#socket.connecting ? 'connecting' : 'no answer';
        connection.destroy(
          networkError(address, { code: 'ETIMEDOUT', message: `${stage} after ${Math.round(timeoutMs)} ms` }),
        );
      }, timeoutMs);
      connection.#onHandshake = (reply) => {
        connection.#accept(reply, ticket);
        clearTimeout(timer);
        resolve(connection);
      };
      void connection.closed.then((error) => {
        clearTimeout(timer);
        reject(error);
      });
    });
  }

  get open(): boolean {
    return !this.#socket.destroyed;
  }

  /**
   * Sends a request; answers come in order.
   * @param subject what it is about, for errors: a path
   */
  send<In, Out>(operation: Operation<In, Out>, body: In, subject: string): Promise<Out> {
    return new Promise((resolve, reject) => {
      if (this.#fault ?? this.#socket.destroyed) return reject(this.#fault ?? lost(this.address));
      const xid =
        operation.name === 'auth' ? authXid : operation === (ping as unknown) ? pingXid : this.#nextXid++;
      const take = (reply: Reader, err: number) =>
        err === 0 ? resolve(operation.decode(reply)) : reject(sessionError(subject, err));
      const request = frame((writer) => {
        codecs.requestHeader.write(writer, { xid, type: operation.code });
        operation.encode(writer, body);
      });
      this.#waiting.push({ xid, bytes: request.length - 4, take, fail: reject });
      this.#sentAt = performance.now();
      this.#socket.write(request);
    });
  }

  destroy(reason: KctlError): void {
    this.#fault ??= reason;
    this.#socket.destroy();
  }

  #greet({ lastZxid, ...session }: SessionTicket, options: ConnectionOptions): void {
    const { allowReadOnly, sessionTimeoutMs } = options;
    const body = {
      ...session,
      protocolVersion: 0,
      lastZxidSeen: lastZxid,
      timeOut: sessionTimeoutMs,
      readOnly: allowReadOnly,
    };
    this.#socket.write(frame((writer) => codecs.connectRequest.write(writer, body)));
  }

  #accept(reply: Reader, { lastZxid, sessionId: asked }: SessionTicket): void {
    const { passwd, sessionId, timeOut } = codecs.connectResponse.read(reply);
    // A server before 3.4 does not say whether it is read-only.
    this.readOnly = reply.remaining > 0 && reply.int8() !== 0;
    if (timeOut <= 0) throw sessionError(`session 0x${asked.toString(16)}`, -112);
    this.ticket = { sessionId, passwd: Buffer.from(passwd), lastZxid };
    this.sessionTimeoutMs = timeOut;
    this.#heardAt = performance.now();
    this.#heart = setInterval(() => this.#beat(), Math.max(50, timeOut / 6)).unref();
  }

  #beat(): void {
    const now = performance.now();
    const silentMs = now - this.#heardAt;
    if (silentMs > (this.sessionTimeoutMs * 2) / 3) {
      const message = `silent for ${Math.round(silentMs)} ms`;
      this.destroy(networkError(this.address, { code: 'ETIMEDOUT', message }));
    } else if (now - this.#sentAt > this.sessionTimeoutMs / 3 || silentMs > this.sessionTimeoutMs / 3) {
      this.send(ping, {}, 'ping').catch(() => {});
    }
  }

  #take(chunk: Buffer): void {
    this.#heardAt = performance.now();
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
    try {
      for (let frame = this.#nextFrame(); frame; frame = this.#nextFrame()) {
        this.#takeFrame(new Reader(frame, 'the answer of ZooKeeper'));
      }
    } catch (error) {
      this.destroy(
        error instanceof KctlError && error.code !== 'MALFORMED_RESPONSE'
          ? error
          : foreignAnswer(this.address, chunk, error),
      );
    }
  }

  /** The next whole frame of what has come, without its size. */
  #nextFrame(): Buffer | undefined {
    if (this.#bufferedBytes < this.#neededBytes || !this.open) return undefined;
    const [only] = this.#chunks;
    const buffer =
      this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks, this.#bufferedBytes);
    const size = buffer.readInt32BE(0);
    if (size < 0 || size > maxFrameBytes) throw foreignAnswer(this.address, buffer);
    this.#neededBytes = 4 + size;
    const complete = buffer.length >= this.#neededBytes;
    this.#chunks = [complete ? buffer.subarray(this.#neededBytes) : buffer];
    if (!complete) return undefined;
    this.#bufferedBytes -= this.#neededBytes;
    this.#neededBytes = 4;
    return buffer.subarray(4, 4 + size);
  }

  #takeFrame(reader: Reader): void {
    const onHandshake = this.#onHandshake;
    this.#onHandshake = undefined;
    if (onHandshake) {
      onHandshake(reader);
      return;
    }
    const { err, xid, zxid } = codecs.replyHeader.read(reader);
    if (xid === notificationXid) {
      const { path, type } = codecs.watcherEvent.read(reader);
      this.onEvent({ type, path: path ?? '' });
      return;
    }
    if (zxid > this.ticket.lastZxid) this.ticket.lastZxid = zxid;
    // Pings and logins are answered beside the order of the others.
    const special = xid === pingXid || xid === authXid;
    const index = special ? this.#waiting.findIndex((waiting) => waiting.xid === xid) : 0;
    const [waiting] = this.#waiting.splice(index, index < 0 ? 0 : 1);
    if (waiting?.xid !== xid)
      throw foreignAnswer(this.address, undefined, `an answer to no request (${xid})`);
    try {
      waiting.take(reader, err);
    } catch (error) {
      waiting.fail(foreignAnswer(this.address, undefined, error));
      throw foreignAnswer(this.address, undefined, error);
    }
  }

  /** What ended it; every request in flight ends with it. */
  #end(): KctlError {
    clearInterval(this.#heart);
    const largestBytes = Math.max(0, ...this.#waiting.map(({ bytes }) => bytes));
    const closed =
      this.sessionTimeoutMs > 0 ? lost(this.address, largestBytes) : answersNothing(this.address);
    const reason = this.#fault ?? closed;
    this.#fault = reason;
    for (const { fail } of this.#waiting.splice(0)) fail(reason);
    return reason;
  }
}
