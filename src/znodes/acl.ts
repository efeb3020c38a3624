import { usageError } from '../base/errors.js';
import { itemError, listDocument } from '../base/result.js';
import { type AclRecord, getAcl, setAcl } from '../protocol/zookeeper/operations.js';
import type { Znodes } from './client.js';
import { refuseKafkaPaths } from './guard.js';
import type { AclEntry, ZnodeAcl, ZnodeChange, ZnodeChangeList } from './types.js';
import { walk } from './walk.js';

/** Bits of org.apache.zookeeper.ZooDefs.Perms, in the order in which zkCli writes them. */
const permissionBits = { c: 4, d: 8, r: 1, w: 2, a: 16 };

/** What everyone may do with a znode that is created without another ACL. */
export const openAcl: AclRecord[] = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];

/**
 * Parses `world:anyone:cdrwa`, `auth::rw`, `sasl:name:r`, `ip:10.0.0.0/8:r`, `digest:user:hash:rw`, `x509:CN=…:r`.
 * @throws a usage error that names the text
 */
export function parseAcl(text: string): AclRecord {
  const [, scheme, id, permissions] = /^([\w-]+):(.*):([cdrwa]+)$/s.exec(text) ?? [];
  if (scheme === undefined || id === undefined || permissions === undefined) {
    throw usageError(
      `${JSON.stringify(text)} is no entry of an ACL`,
      'Write scheme:id:permissions, for example world:anyone:r or sasl:kafka:cdrwa.',
    );
  }
  const perms = [...permissions].reduce((bits, letter) => bits | (bitsOf[letter] ?? 0), 0);
  return { perms, id: { scheme, id } };
}

const bitsOf: Record<string, number> = permissionBits;

export function formatAcl({ id, perms }: AclRecord): AclEntry {
  const letters = Object.entries(permissionBits).filter(([, bit]) => perms & bit);
  return { scheme: id.scheme, id: id.id, permissions: letters.map(([letter]) => letter).join('') };
}

export function aclRecord({ id, permissions, scheme }: AclEntry): AclRecord {
  return parseAcl(`${scheme}:${id}:${permissions}`);
}

export async function readAcl(znodes: Znodes, path: string): Promise<ZnodeAcl> {
  const { acl, stat } = await znodes.at(getAcl, { path });
  return { kind: 'ZnodeAcl', version: 1, path, aversion: stat.aversion, acl: acl.map(formatAcl) };
}

export interface SetAclOptions {
  acl: AclRecord[];
  /** The aversion that it must still have; -1 is any. */
  aversion: number;
  recursive: boolean;
  dryRun: boolean;
  forceKafkaMetadata: boolean;
}

/** Sets the ACL of a znode, or of it and all below it, the deepest first, so that none locks the way to another. */
export async function writeAcl(
  znodes: Znodes,
  path: string,
  options: SetAclOptions,
): Promise<ZnodeChangeList> {
  const { acl, aversion, dryRun, recursive } = options;
  const paths: string[] = [];
  for await (const node of walk(znodes, path, recursive ? undefined : 0)) paths.unshift(node.path);
  await refuseKafkaPaths(znodes, paths, options);
  if (dryRun) {
    const items = paths.map((at): ZnodeChange => ({ path: at, result: 'valid' }));
    return { ...listDocument('ZnodeChangeList', 1, items), dryRun, validatedBy: 'client' };
  }
  const items: ZnodeChange[] = [];
  const errors = [];
  for (const at of paths) {
    try {
      const { stat } = await znodes.at(setAcl, { path: at, acl, version: aversion });
      items.push({ path: at, result: 'set', version: stat.aversion });
    } catch (error) {
      if (paths.length === 1) throw error;
      errors.push(itemError(at, error));
    }
  }
  return { ...listDocument('ZnodeChangeList', 1, items, errors), dryRun };
}
