import { createInterface } from 'node:readline';
import { pause } from '../../base/deadline.js';
import { findByCommandLine, identify, type ProcessIdentity, signal } from './identity.js';
import { clusterFolder } from './paths.js';
import { resetLocal } from './stop.js';

/** The program that `startWatchdog` runs: it waits for the end of its input. */
async function main(cluster: string): Promise<void> {
  const programs: ProcessIdentity[] = [];
  let released = false;
  for await (const line of createInterface({ input: process.stdin })) {
    const program = /^\d{1,10}$/.test(line) ? identify(Number(line)) : undefined;
    if (program) programs.push(program);
    released ||= line === 'release';
  }
  if (released) return;
  for (const program of programs) signal(program, 'SIGTERM');
  await resetLocal(cluster, { graceMs: 0 });
  // A server that was just being started may not have borne its own command line yet.
  await pause(500);
  for (const server of findByCommandLine(`@${clusterFolder(cluster)}/`)) signal(server, 'SIGKILL');
  await resetLocal(cluster, { graceMs: 0 });
  for (const program of programs) signal(program, 'SIGKILL');
}

void main(process.argv[2] ?? '');
