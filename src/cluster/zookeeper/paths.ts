import { usageError } from '../../base/errors.js';

/** Control, private and half characters, which ZooKeeper's PathUtils.validatePath refuses. */
const refusedCharacter = /[\p{Cc}\p{Cs}\p{Co}]/u;

/** Why a text is no path of a znode (org.apache.zookeeper.common.PathUtils); undefined when it is one. */
export function pathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it does not begin with /';
  if (path === '/') return undefined;
  if (path.endsWith('/')) return 'it ends with /';
  const parts = path.split('/').slice(1);
  if (parts.includes('')) return 'it has an empty part';
  if (parts.includes('.') || parts.includes('..')) return 'it has a part . or ..';
  return refusedCharacter.test(path) ? 'it has a character that ZooKeeper refuses' : undefined;
}

/** @throws a usage error that says what is wrong */
export function checkPath(path: string): string {
  const fault = pathFault(path);
  if (fault === undefined) return path;
  throw usageError(
    `${JSON.stringify(path)} is no path of a znode: ${fault}`,
    'Write for example /brokers/ids.',
  );
}

export function parentOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinPath(parent: string, name: string): string {
  return parent === '/' ? `/${name}` : `${parent}/${name}`;
}
