import { KctlError, messageOf, usageError } from '../base/errors.js';
import { checkPath, parentOf } from '../cluster/zookeeper/paths.js';
import { zookeeperErrorName } from '../protocol/zookeeper/errors.js';
import { check, type MultiOp, multi } from '../protocol/zookeeper/multi.js';
import { type Operation, remove, setData } from '../protocol/zookeeper/operations.js';
import { aclRecord, openAcl } from './acl.js';
import { changes, creationOf, otherVersion, rehearsed } from './change.js';
import type { Znodes } from './client.js';
import { type KafkaGuard, refuseKafkaPaths } from './guard.js';
import { bytesOf } from './stat.js';
import type { AclEntry, JsonData, ZnodeChange, ZnodeChangeList } from './types.js';

/** One line of a transaction's file. */
export interface TransactionOp extends Partial<JsonData> {
  op: 'create' | 'set' | 'delete' | 'check';
  path: string;
  /** For set, delete and check; any when absent. */
  version?: number;
  acl?: AclEntry[];
  sequential?: boolean;
  ephemeral?: boolean;
  container?: boolean;
  ttlMs?: number;
}

const outcomes = { create: 'created', set: 'set', delete: 'deleted', check: 'checked' } as const;

/** @throws a usage error that names the line */
export function parseTransactionOp(line: string, lineNumber: number): TransactionOp {
  try {
    const value = JSON.parse(line) as Partial<TransactionOp> | null;
    if (typeof value !== 'object' || value === null) throw new Error('it is not an object');
    if (!Object.hasOwn(outcomes, value.op ?? '')) throw new Error('op is not create, set, delete or check');
    if (typeof value.path !== 'string') throw new Error('it has no path');
    if (value.data !== undefined && value.data !== null && typeof value.data !== 'string')
      throw new Error('data is neither text nor null');
    const { ttlMs = 1, version = 0 } = value;
    if (!Number.isInteger(version) || !Number.isSafeInteger(ttlMs)) throw new Error('a number in it is none');
    if (value.op === 'check' && value.version === undefined) throw new Error('check needs a version');
    checkPath(value.path);
    value.acl?.forEach(aclRecord);
    return value as TransactionOp;
  } catch (error) {
    throw usageError(
      `line ${lineNumber} is not an operation: ${messageOf(error)}`,
      'A line is for example {"op":"set","path":"/a","data":"1","version":3}.',
    );
  }
}

/**
 * Does all of it or nothing (`multi`). A dry run looks whether each would pass by itself.
 * @throws KctlError under ZooKeeper's name for the error of the operation that failed
 */
export async function runTransaction(
  znodes: Znodes,
  ops: TransactionOp[],
  options: KafkaGuard & { dryRun: boolean },
): Promise<ZnodeChangeList> {
  const written = ops.filter(({ op }) => op !== 'check').map(({ path }) => path);
  await refuseKafkaPaths(znodes, written, options);
  if (options.dryRun) return rehearse(znodes, ops);
  const results = await znodes.call(
    multi,
    ops.map((op) => encodeOp(op, znodes.session.absolute(op.path))),
    'the transaction',
  );
  const failed = results.findIndex(({ err }) => err !== 0 && err !== rolledBack);
  const culprit = ops[failed];
  if (culprit) {
    const code = zookeeperErrorName(results[failed]?.err ?? 0);
    throw new KctlError(
      `the transaction failed at line ${failed + 1}: ${culprit.op} ${culprit.path}: ${code}`,
      {
        code,
        hint: 'Nothing of it was done.',
      },
    );
  }
  return changes(
    ops.map(({ op, path }, index): ZnodeChange => {
      const created = results[index]?.path;
      return { path: created === undefined ? path : znodes.session.relative(created), result: outcomes[op] };
    }),
  );
}

/** What ZooKeeper says of the operations that did not fail themselves. */
const rolledBack = -2;

function encodeOp(op: TransactionOp, path: string): MultiOp {
  const { acl, data = null, dataEncoding, version = -1 } = op;
  const bytes = bytesOf({ data, ...(dataEncoding && { dataEncoding }) });
  switch (op.op) {
    case 'create': {
      const { container = false, ephemeral = false, sequential = false, ttlMs } = op;
      const kind = { container, ephemeral, sequential, ttlMs };
      const { body, operation } = creationOf(path, {
        data: bytes,
        acl: acl?.map(aclRecord) ?? openAcl,
        ...kind,
      });
      return { operation: operation as unknown as Operation, body };
    }
    case 'set':
      return { operation: setData as unknown as Operation, body: { path, data: bytes, version } };
    case 'delete':
      return { operation: remove as unknown as Operation, body: { path, version } };
    case 'check':
      return { operation: check as unknown as Operation, body: { path, version } };
  }
}

async function rehearse(znodes: Znodes, ops: TransactionOp[]): Promise<ZnodeChangeList> {
  const items: ZnodeChange[] = [];
  // What earlier lines create or delete is there, or gone, for later ones.
  const known = new Map<string, boolean>();
  for (const { op, path, sequential, version = -1 } of ops) {
    const stat = await znodes.find(path);
    const there = known.get(path) ?? stat !== undefined;
    if (op === 'create') {
      const parent = parentOf(path);
      if (there && !sequential) throw new KctlError(`${path} is there already`, { code: 'NODEEXISTS' });
      if (!(known.get(parent) ?? (await znodes.find(parent))))
        throw new KctlError(`there is no znode ${parent}`, { code: 'NONODE' });
    } else if (!there) throw new KctlError(`there is no znode ${path}`, { code: 'NONODE' });
    if (op !== 'create' && stat && version !== -1 && stat.version !== version)
      throw otherVersion(path, stat.version, version);
    if (op !== 'check' && op !== 'set') known.set(path, op === 'create');
    items.push({ path, result: 'valid' });
  }
  return rehearsed(items);
}
