import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { KctlError, messageOf } from './errors.js';

/**
 * Makes a folder for this user alone, and those above it that are missing. Node's own `recursive` never returns where the
 * system denies a folder whose parent is there with ENOENT, as below /proc.
 * @throws KctlError with the system's own code and words
 */
export function makeFolder(path: string): void {
  const parent = dirname(path);
  let denied = deny(path);
  if (denied?.code === 'ENOENT') {
    if (!existsSync(parent)) makeFolder(parent);
    denied = deny(path);
  }
  if (!denied) return;
  const code = denied.code ?? 'UNKNOWN';
  throw new KctlError(`the folder ${path} cannot be made`, { code, words: messageOf(denied), cause: denied });
}

/** @returns why there is no folder now */
function deny(path: string): NodeJS.ErrnoException | undefined {
  try {
    mkdirSync(path, { mode: 0o700 });
    return undefined;
  } catch (error) {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory()
      ? undefined
      : (error as NodeJS.ErrnoException);
  }
}
