import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Address } from '../../src/base/address.js';

/** What ends, and what is done then: a test, or a file by its `after`. */
export interface Ends {
  after(close: () => unknown): unknown;
}

/** A local TCP server that does with each connection as it is told. */
export async function serve(t: Ends, onSocket: (socket: Socket) => void): Promise<Address> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** A port whose queue of connections is full and not worked on: the kernel drops what comes. */
export async function blackHole(t: Ends): Promise<Address> {
  const script = `
    const server = require('node:net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  const fill = [1, 2, 3].map(() => connect(Number(port), '127.0.0.1').on('error', () => {}));
  t.after(() => {
    for (const socket of fill) socket.destroy();
    child.kill('SIGKILL');
  });
  await once(fill[0] as Socket, 'connect');
  return { host: '127.0.0.1', port: Number(port) };
}
