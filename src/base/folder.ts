import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder for this user alone, and those above it that are missing. Node's own `recursive` never returns where the
 * system denies a folder whose parent is there with ENOENT, as below /proc.
 * @throws what the system says
 */
export function makeFolder(path: string): void {
  const denied = deny(path);
  if (!denied) return;
  const parent = dirname(path);
  if (denied.code !== 'ENOENT') throw denied;
  if (!existsSync(parent)) makeFolder(parent);
  const deniedAgain = deny(path);
  if (deniedAgain) throw deniedAgain;
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
