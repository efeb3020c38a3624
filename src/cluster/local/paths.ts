import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { usageError } from '../../base/errors.js';

/** What the environment names as a folder; the XDG specification ignores relative paths. */
function xdg(variable: string): string | undefined {
  const value = process.env[variable];
  return value && isAbsolute(value) ? join(value, 'kctl') : undefined;
}

/** Where what can be made again is kept: the engines. */
export function cacheFolder(): string {
  const own = process.env.KCTL_CACHE_DIR;
  if (own) return resolve(own);
  const platform = process.platform === 'darwin' ? 'Library/Caches/kctl' : '.cache/kctl';
  return xdg('XDG_CACHE_HOME') ?? join(homedir(), platform);
}

/** Where what must survive is kept: the local clusters' states, data and logs. */
export function stateFolder(): string {
  const own = process.env.KCTL_STATE_DIR;
  if (own) return resolve(own);
  return xdg('XDG_STATE_HOME') ?? join(homedir(), '.local/state/kctl');
}

export function clustersFolder(): string {
  return join(stateFolder(), 'clusters');
}

export const clusterNamePattern = /^\.?[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

/** @throws a usage error when the name could not be a folder's */
export function clusterFolder(name: string): string {
  if (!clusterNamePattern.test(name)) {
    throw usageError(
      `"${name}" is not a name for a local cluster`,
      'Use up to 63 letters, digits, dots, underscores and dashes, a letter or digit first.',
    );
  }
  return join(clustersFolder(), name);
}

/** The lock of a cluster: not in the cluster's folder, which is removed while the lock is held. */
export function lockFile(name: string): string {
  return join(stateFolder(), 'locks', name);
}
