import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { KctlError } from '../../base/errors.js';
import { isAlive } from './identity.js';
import { socketInodes, tcpSockets } from './sockets.js';
import {
  clusterNames,
  type LocalState,
  type PortPurpose,
  readStateQuietly,
  type ServerState,
  serverName,
} from './state.js';

const host = '127.0.0.1';

/** Below every system's ephemeral ports, so that no outgoing connection takes a stopped broker's port. */
const autoRange = { first: 20_000, last: 30_000 };

/** Whether a server could listen there: nobody answers, and the system lets us. */
export async function isPortFree(port: number): Promise<boolean> {
  return !(await isListening(port)) && (await canBind(port));
}

export function isListening(port: number, at = host): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: at, port });
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Chooses `count` free ports in a row that belong to no local cluster, running or not.
 * @param taken ports that are spoken for already
 */
export async function choosePorts(count: number, taken: Set<number> = new Set()): Promise<number[]> {
  const reserved = new Set([...taken, ...portsOfClusters()]);
  for (let attempt = 0; attempt < 200; attempt++) {
    const base = autoRange.first + Math.floor(Math.random() * (autoRange.last - autoRange.first - count));
    const ports = Array.from({ length: count }, (_, index) => base + index);
    if (ports.some((port) => reserved.has(port))) continue;
    if ((await Promise.all(ports.map(isPortFree))).every(Boolean)) return ports;
  }
  throw new KctlError(`no ${count} free ports between ${autoRange.first} and ${autoRange.last}`, {
    code: 'PORT_IN_USE',
  });
}

function portsOfClusters(): number[] {
  return clusterNames().flatMap((name) => {
    const state = readStateQuietly(name);
    return state?.servers.flatMap(portsOf) ?? [];
  });
}

/** All ports that a server listens on. */
export function portsOf({ port, otherPorts }: ServerState): number[] {
  return [port, ...Object.values(otherPorts)];
}

/**
 * Gives every server that is to be started ports that are free. What other servers of the cluster, which may
 * run on, know it by is not changed.
 * @throws KctlError `PORT_IN_USE`
 */
export async function assignPorts(state: LocalState, starting: ServerState[]): Promise<void> {
  const isWhole = starting.length === state.servers.length;
  for (const server of starting) {
    const mayMove = server.portAuto && (isWhole || server.role === 'broker');
    // A relay listens on them, and goes on while servers stop and start.
    if (isAlive(state.relay)) continue;
    server.port = await keepPort(server.port, mayMove, server);
    for (const [purpose, port] of Object.entries(server.otherPorts) as Array<[PortPurpose, number]>)
      server.otherPorts[purpose] = await keepPort(port, isWhole, server);
  }
  const missing = starting.flatMap(portsOf).filter((port) => port === 0).length;
  const ports = await choosePorts(missing, new Set(state.servers.flatMap(portsOf)));
  const fill = (port: number) => port || (ports.shift() ?? 0);
  for (const server of starting) {
    server.port = fill(server.port);
    for (const [purpose, port] of Object.entries(server.otherPorts) as Array<[PortPurpose, number]>)
      server.otherPorts[purpose] = fill(port);
  }
}

/** The port if it is free, or 0 when it is taken and another one will do. */
async function keepPort(port: number, mayMove: boolean, server: ServerState): Promise<number> {
  if (port === 0) return 0;
  if (mayMove) return (await isPortFree(port)) ? port : 0;
  const flag = server.role === 'zookeeper' ? '--zk-port' : '--port';
  await requireFree(port, serverName(server), `Give another one: ${flag} <port>, or ${flag} auto.`);
  return port;
}

/** @throws KctlError `PORT_IN_USE` that names the port, what wants it and, where it can be found out, who has it */
export async function requireFree(port: number, wantedBy: string, cure: string): Promise<void> {
  if (await isPortFree(port)) return;
  const holder = holderOf(port);
  throw new KctlError(`port ${port}, wanted by ${wantedBy}, is in use${holder ? ` by ${holder}` : ''}`, {
    code: 'PORT_IN_USE',
    hint: cure,
  });
}

/** Who listens on a port, in words; Linux only, and only what the user may see. */
function holderOf(port: number): string | undefined {
  for (const name of clusterNames()) {
    const state = readStateQuietly(name);
    if (
      state?.phase === 'running' &&
      state.servers.some((server) => portsOf(server).includes(port) && server.process)
    )
      return `the local cluster "${name}"`;
  }
  try {
    const listening = tcpSockets().filter(({ isListening, localPort }) => isListening && localPort === port);
    return listening.map(({ inode }) => processOfSocket(inode)).find((found) => found !== undefined);
  } catch {
    return undefined;
  }
}

function processOfSocket(inode: string): string | undefined {
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (socketInodes(Number(pid)).has(inode))
        return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
    } catch {
      // Another user's process, or one that has just ended.
    }
  }
  return undefined;
}
