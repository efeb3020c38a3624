import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TestCluster } from './cluster.js';

/** What to do with a request: pass it on, or hold it, or its answer, back for ever. */
export type Verdict = 'pass' | 'hold' | 'hold-answer';

export interface KafkaProxy {
  /** Words that lead kctl through it. */
  words: string[];
  close(): void;
}

/**
 * Stands in front of every broker and looks at each request's API key before it is passed on. What `judge` holds back is
 * where a process can be killed between two steps for sure.
 */
export async function startProxy(
  cluster: TestCluster,
  judge: (apiKey: number) => Verdict,
  held: () => void,
): Promise<KafkaProxy> {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const words: string[] = [];
  for (const { host, port } of cluster.brokers) {
    const server = createServer((client) => {
      const broker = connect(port, host);
      let isHeld = false;
      let holdsAnswer = false;
      for (const socket of [client, broker]) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          client.destroy();
          broker.destroy();
        });
      }
      onFrames(client, (frame) => {
        if (isHeld) return;
        const verdict = judge(frame.readInt16BE(4));
        isHeld = verdict !== 'pass';
        holdsAnswer = verdict === 'hold-answer';
        if (verdict === 'hold') held();
        else broker.write(frame);
      });
      onFrames(broker, (frame) => {
        if (holdsAnswer) held();
        else client.write(frame);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const address = server.address();
    const own = typeof address === 'object' && address ? address.port : 0;
    words.push('--resolve', `${host}:${port}:127.0.0.1:${own}`);
  }
  const close = () => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  };
  return { words, close };
}

/** Calls back with each whole frame: four bytes of length, and what they announce. */
function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      take(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
}
