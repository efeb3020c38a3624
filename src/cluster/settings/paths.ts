import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where the contexts are: KCTL_CONFIG_FILE, else by the XDG specification. */
export function configFile(env: NodeJS.ProcessEnv = process.env): string {
  if (env.KCTL_CONFIG_FILE) return resolve(env.KCTL_CONFIG_FILE);
  const base = env.XDG_CONFIG_HOME;
  return join(base && isAbsolute(base) ? base : join(homedir(), '.config'), 'kctl', 'config.yaml');
}

/** `~/x` is below the home folder; any other relative path below `folder`. */
export function resolvePath(path: string, folder: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(folder, path);
}
