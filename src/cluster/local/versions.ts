import type { LocalMode } from './state.js';

/** Below 0 when the first is the older one; what follows the numbers is not compared. */
export function compareVersions(first: string, second: string): number {
  const numbers = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [numbers(first), numbers(second)];
  const at = [0, 1, 2].find((index) => (a[index] ?? 0) !== (b[index] ?? 0)) ?? 0;
  return (a[at] ?? 0) - (b[at] ?? 0);
}

export function modeName(mode: LocalMode): string {
  return mode === 'kraft' ? 'KRaft' : 'ZooKeeper';
}
