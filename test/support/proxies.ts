import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { parseAddress } from '../../src/base/address.js';
import type { Ends } from './serve.js';

export interface TestProxy {
  /** `host:port`. */
  at: string;
  /** Where it was asked to lead, in order. */
  asked: string[];
}

interface Login {
  username: string;
  password: string;
}

/** An HTTP proxy that takes CONNECT, from whoever has the login where there is one. */
export async function serveHttpProxy(t: Ends, login?: Login): Promise<TestProxy> {
  const asked: string[] = [];
  const expected = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const server = createHttpServer();
  server.on('connect', ({ headers, url = '' }, socket: Socket) => {
    if (expected !== undefined && headers['proxy-authorization'] !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    asked.push(url);
    lead(url, socket, 'HTTP/1.1 200 Connection established\r\n\r\n', 'HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  return { at: await listen(t, server), asked };
}

/** A SOCKS 5 proxy (RFC 1928) with names and IPv4, and a login (RFC 1929) where there is one. */
export async function serveSocksProxy(t: Ends, login?: Login): Promise<TestProxy> {
  const asked: string[] = [];
  const server = createServer(async (socket) => {
    socket.on('error', () => {});
    const methods = await read(socket, 2).then((head) => read(socket, head[1] ?? 0));
    const method = login ? 2 : 0;
    if (!methods.includes(method)) {
      socket.end(Buffer.from([5, 0xff]));
      return;
    }
    socket.write(Buffer.from([5, method]));
    if (login) {
      const text = async () => String(await read(socket, (await read(socket, 1))[0] ?? 0));
      await read(socket, 1);
      const isRight = (await text()) === login.username && (await text()) === login.password;
      socket.write(Buffer.from([1, isRight ? 0 : 1]));
      if (!isRight) {
        socket.end();
        return;
      }
    }
    const [, , , kind] = await read(socket, 4);
    const host =
      kind === 1
        ? [...(await read(socket, 4))].join('.')
        : String(await read(socket, (await read(socket, 1))[0] ?? 0));
    const to = `${host}:${(await read(socket, 2)).readUInt16BE(0)}`;
    asked.push(to);
    const answer = (code: number) => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
    lead(to, socket, answer(0), answer(5));
  });
  return { at: await listen(t, server), asked };
}

function lead(to: string, socket: Socket, whenReached: string | Buffer, otherwise: string | Buffer): void {
  const { host, port } = parseAddress(to, 0);
  // The name that only the proxy knows.
  const real = connect({ host: host === 'behind.proxy.example' ? '127.0.0.1' : host, port });
  real.once('connect', () => {
    socket.write(whenReached);
    socket.pipe(real).pipe(socket);
  });
  real.on('error', () => socket.end(otherwise));
  socket.on('error', () => real.destroy());
  socket.on('close', () => real.destroy());
}

async function read(socket: Socket, bytes: number): Promise<Buffer> {
  if (bytes === 0) return Buffer.alloc(0);
  for (;;) {
    const chunk: Buffer | null = socket.read(bytes);
    if (chunk) return chunk;
    await once(socket, 'readable');
  }
}

async function listen(t: Ends, server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
