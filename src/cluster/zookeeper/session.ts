import { Deadline, pause } from '../../base/deadline.js';
import { ExitCode, KctlError, messageOf, usageError } from '../../base/errors.js';
import * as ops from '../../protocol/zookeeper/operations.js';
import type { TlsOptions } from '../settings/security.js';
import { type ConnectString, formatConnectString } from './connect-string.js';
import { type SessionTicket, type WatchedEvent, ZookeeperConnection } from './connection.js';
import { checkPort } from './failures.js';
import { checkPath } from './paths.js';
import { answerDigestChallenge, type DigestCredentials, loginFailed } from './sasl-digest.js';

export interface SessionOptions {
  tls?: TlsOptions | undefined;
  /** Identities added by `addauth`: `{scheme: 'digest', auth: 'user:password'}`. */
  auth?: Array<{ scheme: string; auth: string }>;
  sasl?: DigestCredentials | undefined;
  sessionTimeoutMs?: number;
  /** Also be content with a server that is cut off from its quorum; it may show what is long past. */
  allowReadOnly?: boolean;
}

const defaultSessionTimeoutMs = 10_000;
/** The first round gives each of several servers no longer than this: one that hangs must not use up the time. */
const firstAttemptMs = 1500;
const retryPauseMs = 100;
const goodbyeMs = 1000;
const noSession: SessionTicket = { sessionId: 0n, passwd: Buffer.alloc(16), lastZxid: 0n };

/**
 * A ZooKeeper session: it finds a server, logs in, keeps itself alive, and moves to another server when one is
 * lost. What is read is asked again there; a change whose answer was lost fails with ANSWER_LOST.
 */
export class ZookeeperSession {
  /** Told what watches say; paths are below the chroot. */
  onEvent: (event: WatchedEvent) => void = () => {};
  /** Told when another connection was made: watches are gone and must be set again. */
  onReconnect: () => void = () => {};
  /** Fails when the session is over and cannot be had again. */
  readonly ended: Promise<never>;

  #connection: Promise<ZookeeperConnection>;
  #ticket = noSession;
  #next = 0;
  #closed = false;
  #holdsEphemerals = false;
  readonly #fail: (error: KctlError) => void;

  private constructor(
    readonly connectString: ConnectString,
    private readonly options: SessionOptions,
    private readonly deadline: Deadline,
  ) {
    let fail: (error: KctlError) => void = () => {};
    this.ended = new Promise<never>((_, reject) => {
      fail = reject;
    });
    this.ended.catch(() => {});
    this.#fail = fail;
    this.#connection = this.#connect(deadline);
    this.#connection.catch(() => {});
  }

  /**
   * Opens a session with the first server that gives one, in the order of the connect string.
   * @throws KctlError with exit 3 and the last server's cause when none does before the deadline
   */
  static async open(
    connectString: ConnectString,
    deadline: Deadline,
    options: SessionOptions = {},
  ): Promise<ZookeeperSession> {
    const session = new ZookeeperSession(connectString, options, deadline);
    await session.#connection;
    return session;
  }

  /** The id of the session, as ZooKeeper prints it. */
  get sessionId(): string {
    return formatSessionId(this.#ticket.sessionId);
  }

  /** What the server agreed to, and which it is. */
  async state(): Promise<{
    server: ZookeeperConnection['address'];
    sessionTimeoutMs: number;
    readOnly: boolean;
  }> {
    const { address: server, readOnly, sessionTimeoutMs } = await this.#connection;
    return { server, readOnly, sessionTimeoutMs };
  }

  /**
   * Sends a request, again after a lost connection unless it changes something.
   * @param subject the path it is about, for errors
   * @throws KctlError under ZooKeeper's name for the error; ETIMEDOUT (exit 6), ANSWER_LOST or exit 3
   */
  async call<In, Out>(
    operation: ops.Operation<In, Out>,
    body: In,
    subject: string,
    deadline = this.deadline,
  ): Promise<Out> {
    for (;;) {
      if (this.#closed) throw usageError('the ZooKeeper session is closed');
      const connection = await this.#within(this.#connection, subject, deadline);
      try {
        return await this.#within(connection.send(operation, body, subject), subject, deadline);
      } catch (error) {
        if (connection.open || !(error instanceof KctlError) || error.code === 'ETIMEDOUT') throw error;
        if (operation.changes) throw answerLost(operation.name, subject, error);
        if (deadline.passed) throw error;
        // The next turn waits for the connection that is being made.
        await pause(0);
      }
    }
  }

  /** The path at the server: below the chroot. */
  absolute(path: string): string {
    checkPath(path);
    const { chroot } = this.connectString;
    return path === '/' ? chroot || '/' : chroot + path;
  }

  /** The path as the user knows it. */
  relative(path: string): string {
    const { chroot } = this.connectString;
    if (path === chroot) return '/';
    return chroot !== '' && path.startsWith(`${chroot}/`) ? path.slice(chroot.length) : path;
  }

  /** From now on the session is not replaced by another one when it has expired: its ephemeral znodes are gone. */
  holdEphemerals(): void {
    this.#holdsEphemerals = true;
  }

  /** Ends the session at the server, so that its ephemeral znodes go at once, and then the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    const done = new AbortController();
    const enough = pause(goodbyeMs, done.signal);
    const connection = await Promise.race([
      this.#connection.catch(() => undefined),
      enough.then(() => undefined),
    ]);
    const goodbye = connection?.send(ops.closeSession, {}, 'the session').catch(() => {});
    await Promise.race([goodbye, enough]);
    done.abort();
    connection?.destroy(usageError('the ZooKeeper session is closed'));
  }

  async #connect(deadline: Deadline): Promise<ZookeeperConnection> {
    const { servers } = this.connectString;
    let failure: KctlError | undefined;
    for (let round = 0; ; round++) {
      let hung = false;
      for (let tried = 0; tried < servers.length; tried++) {
        const server = servers[this.#next++ % servers.length];
        const share = deadline.remainingMs() / (servers.length - tried);
        const attemptMs = round === 0 && servers.length > 1 ? Math.min(firstAttemptMs, share) : share;
        if (!server || this.#closed) break;
        try {
          return await this.#attempt(server, Math.max(1, attemptMs));
        } catch (error) {
          if (!(error instanceof KctlError)) throw error;
          if (error.code === 'AUTHFAILED' || error.code === 'SESSIONEXPIRED') throw error;
          failure = error;
          hung ||= error.code === 'ETIMEDOUT';
        }
      }
      // A session that was had is worth waiting for; the first one only where a server was merely slow.
      const mayCome = hung || this.#ticket.sessionId !== 0n;
      if (!mayCome || this.#closed || deadline.remainingMs() < retryPauseMs) {
        throw failure ?? usageError('the ZooKeeper session is closed');
      }
      await pause(retryPauseMs);
    }
  }

  async #attempt(server: ConnectString['servers'][number], timeoutMs: number): Promise<ZookeeperConnection> {
    const { allowReadOnly = false, sessionTimeoutMs = defaultSessionTimeoutMs, tls } = this.options;
    const started = performance.now();
    const options = { allowReadOnly, sessionTimeoutMs, tls };
    const connection = await ZookeeperConnection.open(server, this.#ticket, options, timeoutMs).catch(
      (error) => {
        if (!(error instanceof KctlError) || error.code !== 'SESSIONEXPIRED' || this.#holdsEphemerals)
          throw error;
        this.#ticket = noSession;
        return ZookeeperConnection.open(server, noSession, options, timeoutMs);
      },
    );
    const rest = timeoutMs - (performance.now() - started);
    try {
      await this.#within(this.#logIn(connection), 'the login', new Deadline(Math.max(1, rest)));
    } catch (error) {
      connection.destroy(loginFailed(messageOf(error)));
      throw error;
    }
    this.#ticket = connection.ticket;
    connection.onEvent = ({ path, type }) => this.onEvent({ type, path: this.relative(path) });
    void connection.closed.then((error) => this.#lost(error));
    return connection;
  }

  async #logIn(connection: ZookeeperConnection): Promise<void> {
    const { auth = [], sasl } = this.options;
    if (sasl) {
      const challenge = await connection.send(ops.sasl, { token: Buffer.alloc(0) }, 'the login');
      const { expected, response } = answerDigestChallenge(challenge.token ?? Buffer.alloc(0), sasl);
      const { token } = await connection.send(ops.sasl, { token: response }, 'the login').catch((error) => {
        throw loginFailed(messageOf(error));
      });
      if (token?.toString() !== expected) throw loginFailed('the server does not know the password');
    }
    await Promise.all(
      auth.map(({ auth: identity, scheme }) =>
        connection.send(ops.auth, { type: 0, scheme, auth: Buffer.from(identity) }, `auth ${scheme}`),
      ),
    );
  }

  /** Looks for the session at another server, for as long as it lives there without a connection. */
  #lost(error: KctlError): void {
    if (this.#closed) return;
    const patienceMs = this.options.sessionTimeoutMs ?? defaultSessionTimeoutMs;
    this.#connection = this.#connect(new Deadline(patienceMs));
    this.#connection.then(
      () => this.onReconnect(),
      (failure: unknown) => this.#fail(failure instanceof KctlError ? failure : error),
    );
  }

  /** Fails at the deadline, with exit 6 where there is a session and 3 where there is none. */
  #within<Value>(promise: Promise<Value>, subject: string, deadline: Deadline): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const connected = this.#ticket.sessionId !== 0n;
        const at = formatConnectString(this.connectString);
        reject(
          new KctlError(`ZooKeeper at ${at} did not answer for ${subject} within ${deadline.timeoutMs} ms`, {
            code: 'ETIMEDOUT',
            exitCode: connected ? ExitCode.timedOut : ExitCode.unreachable,
            ...(connected ? {} : { hint: checkPort }),
          }),
        );
      }, deadline.remainingMs());
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }
}

/** A session's id as ZooKeeper writes it: hexadecimal, unsigned. */
export function formatSessionId(id: bigint): string {
  return `0x${BigInt.asUintN(64, id).toString(16)}`;
}

function answerLost(name: string, subject: string, cause: KctlError): KctlError {
  return new KctlError(`the answer to ${name} ${subject} was lost, so it may have been done or not`, {
    code: 'ANSWER_LOST',
    exitCode: cause.exitCode,
    words: cause.message,
    hint: cause.hint ?? 'Look at what is there before you repeat it.',
    cause,
  });
}
