import { readFileSync } from 'node:fs';

/** How many files a process may have open; undefined where nobody tells (elsewhere than on Linux), or without a limit. */
export function openFilesLimit(pid: number): number | undefined {
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
    const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
