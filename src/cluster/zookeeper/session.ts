import { once } from 'node:events';
import type { AclEntry, Callback, Client, StatRecord } from 'node-zookeeper-client';
import type { Deadline } from '../../base/deadline.js';
import { ExitCode, KctlError, messageOf, usageError } from '../../base/errors.js';
import { type ConnectString, formatConnectString } from './connect-string.js';
import { checkPort } from './failures.js';
import { createClient, destroyClient } from './mended-client.js';
import { sessionError } from './session-errors.js';

/** A znode's stat, named as org.apache.zookeeper.data.Stat names it. Times are epoch milliseconds. */
export interface ZnodeStat {
  czxid: bigint;
  mzxid: bigint;
  ctime: bigint;
  mtime: bigint;
  version: number;
  cversion: number;
  aversion: number;
  /** The session that owns an ephemeral znode, 0 for a persistent one; containers and TTLs are marked here too. */
  ephemeralOwner: bigint;
  dataLength: number;
  numChildren: number;
  pzxid: bigint;
}

/** `permissions` has a bit each for read (1), write, create, delete and admin (16). */
export interface ZnodeAcl {
  permissions: number;
  scheme: string;
  id: string;
}

const sessionTimeoutMs = 10_000;
const goodbyeMs = 1000;

/** A ZooKeeper session: promises with a deadline each, over node-zookeeper-client. */
export class ZookeeperSession {
  readonly #failed = new AbortController();
  #client: Client | undefined;
  #connected = false;

  private constructor(readonly connectString: ConnectString) {}

  /**
   * Opens a session with the first server that gives one, in the order of the connect string.
   * @throws KctlError with exit 3 and the last server's cause when none does before the deadline
   */
  static async open(connectString: ConnectString, deadline: Deadline): Promise<ZookeeperSession> {
    const session = new ZookeeperSession(connectString);
    try {
      await session.#connect(deadline);
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  /** A znode's data; undefined when it has none, which is not the same as zero bytes. */
  get(path: string, deadline: Deadline): Promise<{ data: Buffer | undefined; stat: ZnodeStat }> {
    return this.#call(
      path,
      deadline,
      (client, callback: Callback<[Buffer | undefined, StatRecord]>) => client.getData(path, callback),
      (data, stat) => ({ data, stat: readStat(stat) }),
    );
  }

  /** A znode's stat; undefined when there is no such znode. */
  exists(path: string, deadline: Deadline): Promise<ZnodeStat | undefined> {
    return this.#call(
      path,
      deadline,
      (client, callback: Callback<[StatRecord | null]>) => client.exists(path, callback),
      (stat) => (stat ? readStat(stat) : undefined),
    );
  }

  /** The names of a znode's children, sorted. */
  children(path: string, deadline: Deadline): Promise<{ children: string[]; stat: ZnodeStat }> {
    return this.#call(
      path,
      deadline,
      (client, callback: Callback<[string[] | undefined, StatRecord]>) => client.getChildren(path, callback),
      (children, stat) => ({ children: [...(children ?? [])].sort(), stat: readStat(stat) }),
    );
  }

  getAcl(path: string, deadline: Deadline): Promise<{ acl: ZnodeAcl[]; stat: ZnodeStat }> {
    return this.#call(
      path,
      deadline,
      (client, callback: Callback<[AclEntry[] | undefined, StatRecord]>) => client.getACL(path, callback),
      (acl, stat) => ({
        acl: (acl ?? []).map(({ permission, id: { scheme, id } }) => ({
          permissions: permission,
          scheme,
          id,
        })),
        stat: readStat(stat),
      }),
    );
  }

  /** Ends the session at the server, so that its ephemeral znodes go at once, and then the connection. */
  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    const { socket } = client.connectionManager;
    if (this.#connected && socket) {
      const ended = once(socket, 'close', { signal: AbortSignal.timeout(goodbyeMs) }).catch(() => {});
      client.close();
      await ended;
    }
    destroyClient(client);
  }

  async #connect(deadline: Deadline): Promise<void> {
    const client = await createClient(this.connectString, {
      sessionTimeoutMs,
      attemptMs: Math.floor(deadline.remainingMs() / this.connectString.servers.length),
      onFailure: (error) => {
        this.#failed.abort(error);
        destroyClient(client);
      },
    });
    this.#client = client;
    await this.#settle<void>('the session', deadline, ExitCode.unreachable, (resolve) => {
      client.on('state', ({ name }) => {
        this.#connected = name === 'SYNC_CONNECTED';
        if (this.#connected) resolve();
      });
      client.connect();
    });
  }

  #call<Results extends unknown[], Value>(
    path: string,
    deadline: Deadline,
    send: (client: Client, callback: Callback<Results>) => void,
    read: (...results: Results) => Value,
  ): Promise<Value> {
    return this.#settle(path, deadline, ExitCode.timedOut, (resolve, reject) => {
      if (!this.#client) return reject(usageError('the ZooKeeper session is closed'));
      try {
        send(this.#client, (error, ...results) => {
          if (error) reject(sessionError(path, error.code));
          else resolve(read(...results));
        });
      } catch (error) {
        // The library checks a path before it sends anything.
        reject(usageError(`${path}: ${messageOf(error)}`));
      }
    });
  }

  /** Runs until it is done, the session fails or the deadline passes. */
  #settle<Value>(
    subject: string,
    deadline: Deadline,
    timeoutExitCode: ExitCode,
    run: (resolve: (value: Value) => void, reject: (error: KctlError) => void) => void,
  ): Promise<Value> {
    const { signal } = this.#failed;
    if (signal.aborted) return Promise.reject(signal.reason);
    let timer: NodeJS.Timeout | undefined;
    let fail = () => {};
    return new Promise<Value>((resolve, reject) => {
      fail = () => reject(signal.reason);
      signal.addEventListener('abort', fail);
      timer = setTimeout(() => {
        const at = formatConnectString(this.connectString);
        const message = `ZooKeeper at ${at} did not give ${subject} within ${deadline.timeoutMs} ms`;
        const details = { code: 'ETIMEDOUT', exitCode: timeoutExitCode };
        reject(new KctlError(message, this.#connected ? details : { ...details, hint: checkPort }));
      }, deadline.remainingMs());
      run(resolve, reject);
    }).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', fail);
    });
  }
}

function readStat(record: StatRecord): ZnodeStat {
  const { czxid, mzxid, ctime, mtime, ephemeralOwner, pzxid } = record;
  return {
    czxid: czxid.readBigInt64BE(),
    mzxid: mzxid.readBigInt64BE(),
    ctime: ctime.readBigInt64BE(),
    mtime: mtime.readBigInt64BE(),
    version: record.version,
    cversion: record.cversion,
    aversion: record.aversion,
    ephemeralOwner: ephemeralOwner.readBigInt64BE(),
    dataLength: record.dataLength,
    numChildren: record.numChildren,
    pzxid: pzxid.readBigInt64BE(),
  };
}
