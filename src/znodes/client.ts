import { Deadline, defaultTimeoutMs } from '../base/deadline.js';
import type { ZookeeperAccess } from '../cluster/zookeeper/access.js';
import { parseConnectString } from '../cluster/zookeeper/connect-string.js';
import { checkPath } from '../cluster/zookeeper/paths.js';
import { ZookeeperSession } from '../cluster/zookeeper/session.js';
import * as ops from '../protocol/zookeeper/operations.js';
import { readStat } from './stat.js';
import type { ZnodeStat } from './types.js';

export interface ZnodesOptions {
  timeoutMs?: number | undefined;
  allowReadOnly?: boolean | undefined;
  sessionTimeoutMs?: number | undefined;
}

/** The znodes of an ensemble, by paths below the chroot. Each request keeps to the deadline by itself. */
export class Znodes {
  private constructor(
    readonly session: ZookeeperSession,
    private readonly timeoutMs: number,
  ) {}

  /** @throws KctlError exit 3 when no server gives a session in time */
  static async open(access: ZookeeperAccess, options: ZnodesOptions = {}): Promise<Znodes> {
    const { allowReadOnly = false, sessionTimeoutMs, timeoutMs = defaultTimeoutMs } = options;
    const connectString = parseConnectString(access.connectString.value);
    const session = await ZookeeperSession.open(connectString, new Deadline(timeoutMs), {
      tls: access.tls,
      sasl: access.sasl,
      auth: access.auth,
      allowReadOnly,
      ...(sessionTimeoutMs !== undefined && { sessionTimeoutMs }),
    });
    return new Znodes(session, timeoutMs);
  }

  /** @throws KctlError under ZooKeeper's name for the error */
  call<In, Out>(operation: ops.Operation<In, Out>, body: In, subject: string): Promise<Out> {
    return this.session.call(operation, body, subject, new Deadline(this.timeoutMs));
  }

  /** A request about one path, which is put below the chroot. */
  at<In extends { path: string }, Out>(operation: ops.Operation<In, Out>, body: In): Promise<Out> {
    return this.call(operation, { ...body, path: this.session.absolute(body.path) }, body.path);
  }

  async get(path: string, watch = false): Promise<{ data: Buffer | null; stat: ZnodeStat }> {
    const { data, stat } = await this.at(ops.getData, { path, watch });
    return { data, stat: readStat(stat) };
  }

  async stat(path: string): Promise<ZnodeStat> {
    return readStat((await this.at(ops.exists, { path, watch: false })).stat);
  }

  /** As `stat`; undefined where there is no such znode. With `watch` the server tells its next change. */
  async find(path: string, watch = false): Promise<ZnodeStat | undefined> {
    const found = await this.at(ops.exists, { path, watch }).catch(unlessMissing);
    return found && readStat(found.stat);
  }

  /** The names of the children, sorted. */
  async children(path: string, watch = false): Promise<{ children: string[]; stat: ZnodeStat }> {
    const { children, stat } = await this.at(ops.getChildren, { path, watch });
    return { children: children.sort(), stat: readStat(stat) };
  }

  /** Waits until the server has seen what was written before anywhere (the path is only for the errors). */
  async sync(path: string): Promise<void> {
    await this.at(ops.sync, { path: checkPath(path) });
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

/** For `catch`: a missing znode is undefined, and any other error stays one. */
export function unlessMissing(error: unknown): undefined {
  if ((error as { code?: string }).code === 'NONODE') return undefined;
  throw error;
}
