import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Deadline, pause } from '../../base/deadline.js';
import { KctlError } from '../../base/errors.js';
import { packageRoot } from '../../base/package-root.js';
import { findByCommandLine, identify, isAlive, signal } from './identity.js';
import { clusterFolder } from './paths.js';
import { portsOf } from './ports.js';
import { type LocalState, serverName, writeState } from './state.js';

const applyTimeoutMs = 10_000;

/** What the relay of a cluster is to do, in one line: it writes it down when it does so. */
export function relayOrders({ servers }: LocalState): string {
  const partitioned = servers.filter((server) => server.partitioned).map(serverName);
  return JSON.stringify({ ports: servers.flatMap(portsOf), partitioned });
}

/** Where the relay writes down what it does. */
export function relayReport(name: string): string {
  return join(clusterFolder(name), 'relay.json');
}

/** Stands in the relay's command line. */
function relayMark(name: string): string {
  return `relay=${clusterFolder(name)}/`;
}

/**
 * Sees to it that the relay of a cluster that can be partitioned runs, and does as the state says.
 * @throws KctlError `LOCAL_RELAY`
 */
export async function applyRelay(state: LocalState): Promise<void> {
  if (!state.partitionable) return;
  if (!isAlive(state.relay)) startRelay(state);
  writeState(state);
  const orders = relayOrders(state);
  const deadline = new Deadline(applyTimeoutMs);
  while (!deadline.passed && isAlive(state.relay)) {
    if (reportOf(state) === orders) return;
    await pause(10);
  }
  throw new KctlError(`the relay of the local cluster "${state.name}" does not do what it should`, {
    code: 'LOCAL_RELAY',
    hint: `Is one of its ports in use? Stop the cluster and start it again: kctl local stop --name ${state.name}`,
  });
}

function startRelay(state: LocalState): void {
  const program = join(packageRoot(), 'dist', 'relay.cjs');
  if (!existsSync(program))
    throw new KctlError('kctl is not built', { code: 'NOT_BUILT', hint: 'Run: npm run build' });
  rmSync(relayReport(state.name), { force: true });
  const child = spawn(process.execPath, [program, state.name, relayMark(state.name)], {
    cwd: '/',
    detached: true,
    stdio: 'ignore',
  });
  child.on('error', () => {});
  child.unref();
  state.relay = (child.pid === undefined ? undefined : identify(child.pid)) ?? null;
}

function reportOf({ name }: LocalState): string {
  try {
    return readFileSync(relayReport(name), 'utf8');
  } catch {
    return '';
  }
}

/** Finds a relay that was started by a kctl that was killed before it could write it down. */
export function adoptRelay(state: LocalState): void {
  if (state.partitionable && !isAlive(state.relay))
    state.relay = findByCommandLine(relayMark(state.name))[0] ?? null;
}

/** Ends the relay: there is nothing left that it stands before. */
export function endRelay(state: LocalState): void {
  if (!state.partitionable) return;
  if (state.relay) signal(state.relay, 'SIGKILL');
  rmSync(relayReport(state.name), { force: true });
  state.relay = null;
  for (const server of state.servers) server.partitioned = false;
}

/** It has none, or it runs. */
export function relayRuns({ partitionable, relay }: LocalState): boolean {
  return !partitionable || isAlive(relay);
}
