import { writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { portsOf } from './ports.js';
import { relayOrders, relayReport } from './relay.js';
import { tcpPortsOf } from './sockets.js';
import { type LocalState, listeningHost, readStateQuietly } from './state.js';

/** One connection through the relay. */
interface Pair {
  /** The port of the server that it leads to. */
  to: number;
  /** The port that it comes from, by which the process that opened it is found. */
  from: number;
  near: Socket;
  /** undefined until the first byte may pass. */
  far?: Socket;
  held: boolean;
  /** One side broke while it was held: the other hears of it when it is not any more. */
  broken: boolean;
}

const pollMs = 50;

/**
 * The program that `applyRelay` starts: it stands before each server of a cluster, and holds back what goes to a
 * server that is cut off, and what comes from it. What is held is not lost: as after a real partition, TCP goes on.
 * It does what the cluster's state says, and ends when there is none any more.
 */
class Relay {
  readonly #name: string;
  readonly #servers = new Map<number, Server>();
  readonly #pairs = new Set<Pair>();
  #orders = '';

  constructor(name: string) {
    this.#name = name;
  }

  /** Looks at the state, and does as it says. */
  async apply(): Promise<void> {
    const state = this.#state();
    const orders = relayOrders(state);
    if (orders === this.#orders) return;
    for (const port of state.servers.flatMap(portsOf))
      if (!this.#servers.has(port)) this.#servers.set(port, await this.#listen(port));
    const mayPass = passes(state);
    for (const pair of this.#pairs) {
      if (mayPass(pair)) this.#pass(pair, state);
      else if (!pair.held) hold(pair);
    }
    this.#orders = orders;
    writeFileSync(relayReport(this.#name), orders, { mode: 0o600 });
  }

  #state(): LocalState {
    return readStateQuietly(this.#name) ?? process.exit(0);
  }

  #listen(port: number): Promise<Server> {
    return new Promise((resolve, reject) => {
      const options = { allowHalfOpen: true, pauseOnConnect: true, noDelay: true };
      const server = createServer(options, (near) => this.#take(near, port));
      server.on('error', reject);
      server.listen({ host: '127.0.0.1', port }, () => resolve(server));
    });
  }

  #take(near: Socket, to: number): void {
    const state = this.#state();
    const pair: Pair = { to, from: near.remotePort ?? 0, near, held: true, broken: false };
    this.#pairs.add(pair);
    this.#watch(near, pair);
    if (passes(state)(pair)) this.#pass(pair, state);
  }

  #pass(pair: Pair, state: LocalState): void {
    if (!pair.held) return;
    pair.held = false;
    if (pair.broken) {
      this.#end(pair);
      return;
    }
    pair.far ??= this.#watch(
      connect({ host: listeningHost(state), port: pair.to, allowHalfOpen: true, noDelay: true }),
      pair,
    );
    pair.near.pipe(pair.far);
    pair.far.pipe(pair.near);
  }

  #watch(socket: Socket, pair: Pair): Socket {
    socket.on('error', () => this.#end(pair));
    // What was sent before one side closed may still be on its way to the other.
    socket.on('close', () => {
      if (pair.near.closed && (pair.far?.closed ?? true)) this.#pairs.delete(pair);
    });
    return socket;
  }

  /** A connection that broke on one side breaks on the other. */
  #end(pair: Pair): void {
    pair.broken = true;
    if (pair.held) return;
    this.#pairs.delete(pair);
    pair.near.resetAndDestroy();
    pair.far?.resetAndDestroy();
  }
}

/** What has arrived waits here, what has not where it is. */
function hold(pair: Pair): void {
  pair.held = true;
  for (const socket of [pair.near, pair.far]) socket?.unpipe().pause();
}

/** Which connections lead neither to a server that is cut off nor from one. */
function passes({ servers }: LocalState): (pair: Pair) => boolean {
  const cutOff = servers.filter(({ partitioned }) => partitioned);
  const to = new Set(cutOff.flatMap(portsOf));
  const from = new Set(cutOff.flatMap(({ process }) => (process ? tcpPortsOf(process.pid) : [])));
  return (pair) => !to.has(pair.to) && !from.has(pair.from);
}

async function main(name: string): Promise<void> {
  const relay = new Relay(name);
  for (;;) {
    // A port that is in use may be free the next time.
    await relay.apply().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

void main(process.argv[2] ?? '');
