import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { formatAddress, parseAddress } from '../../src/base/address.js';
import { Deadline } from '../../src/base/deadline.js';
import { readsRecord } from '../../src/cluster/one-record.js';
import { kafkaTransport } from '../../src/cluster/transport.js';
import { Wire } from '../../src/cluster/wire.js';
import { apiVersions } from '../../src/protocol/messages/api-versions.js';
import { sharedKraftCluster } from '../support/cluster.js';
import type { HostileOutcome } from '../support/hostile-client.js';
import { hostileGroup, hostileQuestions, hostileTopic } from '../support/hostile-questions.js';
import { root, runKctl } from '../support/kctl.js';
import { serve } from '../support/serve.js';

const mutations = 10_000;
const mostBytes = 300 * 1024 * 1024;

test('ten thousand mutated answers end in errors: no crash, no hang, no memory', async (t) => {
  const answers = await recordAnswers();
  assert.ok(answers.size >= hostileQuestions.length + 2, [...answers.keys()].join());
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomNumbers(seed);
  let mutated = 0;
  const server = await serve(t, (socket) =>
    eachFrame(socket, (request) => {
      const answer = answers.get(request.readInt32BE(0));
      if (!answer) {
        socket.destroy();
        return;
      }
      const frame = Buffer.from(answer);
      request.copy(frame, 4, 4, 8);
      // A connection that is not believed at its beginning shows the least.
      const isMutated = random() < (request.readInt16BE(0) === apiVersions.key ? 0.2 : 0.9);
      if (isMutated) mutated++;
      const [bytes, ends] = isMutated ? mutate(frame, random) : [frame, false];
      socket.write(bytes);
      if (ends) socket.end();
    }),
  );
  const client = join(root, 'test', 'support', 'hostile-client.ts');
  const words = ['--import', 'tsx', client, formatAddress(server), String(mutations)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root, maxBuffer: 2 ** 26 });
  const outcome = JSON.parse(stdout) as HostileOutcome;
  const megabytes = Math.round(outcome.peakRssBytes / 2 ** 20);
  t.diagnostic(`${mutated} mutated answers, ${megabytes} MB: ${JSON.stringify(outcome.errors)}`);
  assert.ok(mutated >= mutations, `${mutated}`);
  assert.deepEqual(outcome.unexpected.slice(0, 3), [], `seed ${seed}`);
  assert.equal(outcome.hung, 0, `seed ${seed}`);
  assert.ok(outcome.peakRssBytes < mostBytes, `${megabytes} MB, seed ${seed}`);
  const failed = Object.values(outcome.errors).reduce((sum, count) => sum + count, 0);
  assert.ok(failed > mutations / 2, `${failed} failed`);
});

/**
 * Asks a real broker everything, through a tap.
 * @returns its answers, with their sizes, by the first four bytes of the request: its key and version
 */
async function recordAnswers(): Promise<Map<number, Buffer>> {
  const { bootstrapServers, env } = await sharedKraftCluster();
  const kctl = async (...words: string[]) =>
    assert.equal((await runKctl(words, { env })).code, 0, words.join(' '));
  await kctl('topics', 'create', hostileTopic, '--if-not-exists', '--partitions', '1');
  await kctl('produce', hostileTopic, '--template', 'beer {n}', '--count', '100', '--compression', 'lz4');
  await kctl('consume', hostileTopic, '--group', hostileGroup, '--exit-at-end');
  const broker = parseAddress(bootstrapServers, 0);
  const answers = new Map<number, Buffer>();
  const released: Array<() => unknown> = [];
  const tap = await serve({ after: (close) => released.push(close) }, (socket) => {
    const kinds: number[] = [];
    const real = connect(broker).on('error', () => socket.destroy());
    socket.on('close', () => real.destroy()).pipe(real);
    real.pipe(socket);
    eachFrame(socket, (request) => kinds.push(request.readInt32BE(0)));
    eachFrame(real, (answer) => {
      const size = Buffer.alloc(4);
      size.writeInt32BE(answer.length);
      answers.set(kinds.shift() ?? 0, Buffer.concat([size, answer]));
    });
  });
  // The broker is where the tap is, for whoever asks for its address.
  const route = { resolve: new Map([[formatAddress(broker), tap]]) };
  const transport = kafkaTransport({ clientId: 'test', security: {}, route });
  const wire = new Wire(transport, [broker], { clientId: 'test', deadline: new Deadline(10_000) });
  for (const question of hostileQuestions) await question(wire);
  await readsRecord(wire, 1, hostileTopic, 0, 0n, Buffer.from('none'));
  wire.close();
  for (const close of released) close();
  return answers;
}

/** Tells of every frame that comes in, without its size. */
function eachFrame(socket: Socket, take: (frame: Buffer) => void): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
      const end = 4 + pending.readInt32BE(0);
      take(pending.subarray(4, end));
      pending = pending.subarray(end);
    }
  });
}

type Random = () => number;

/** Numbers that lie at the edges of what lengths and counts can be, in four bytes. */
const edges = [0x7fffffff, 0x7ffffffe, 0xffffffff, 0xfffffffe, 0x80000000, 0x10000000, 0x00ffffff, 0, 1];
/** The same as varints: 2^31 - 1 elements, 2^32 - 1, 2^28, and one that has no end. */
const varints = ['ffffffff07', 'ffffffff0f', '8080808001', 'ffffffffffff'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** What a hostile or broken peer makes of a frame. @returns the bytes, and whether it hangs up behind them */
function mutate(frame: Buffer, random: Random): [bytes: Buffer, ends: boolean] {
  const below = (end: number) => Math.floor(random() * end);
  // Behind the size and the correlation id.
  const at = 8 + below(Math.max(1, frame.length - 8));
  const cut = () => resized(Buffer.concat([frame.subarray(0, at)]));
  const kinds: Array<() => [Buffer, boolean]> = [
    // Shorter than its size says, and no more comes.
    () => [frame.subarray(0, 4 + below(frame.length - 4)), true],
    // Shorter, and its size says so.
    () => [cut(), false],
    // Longer.
    () => [resized(Buffer.concat([frame, Buffer.alloc(1 + below(64), below(256))])), false],
    // A size that is not its own: up to 2 GB, or negative.
    () => {
      frame.writeUInt32BE(edges[below(edges.length)] ?? 0, 0);
      return [frame, true];
    },
    () => {
      if (at + 4 <= frame.length) frame.writeUInt32BE(edges[below(edges.length)] ?? 0, at);
      return [frame, false];
    },
    () => {
      varints[below(varints.length)]?.copy(frame, at);
      return [frame, false];
    },
    () => {
      for (let flips = 1 + below(8); flips > 0; flips--) frame[8 + below(frame.length - 8)] = below(256);
      return [frame, false];
    },
    // An answer to nobody.
    () => {
      frame.writeInt32BE(below(2 ** 31), 4);
      return [frame, false];
    },
    // Some bytes twice.
    () => [
      resized(Buffer.concat([frame.subarray(0, at), frame.subarray(Math.max(8, at - below(32)))])),
      false,
    ],
  ];
  return kinds[below(kinds.length)]?.() ?? [frame, false];
}

/** A frame whose size is right. */
function resized(frame: Buffer): Buffer {
  frame.writeInt32BE(frame.length - 4, 0);
  return frame;
}

/** Numbers from 0 to 1 that a seed gives again (mulberry32). */
function randomNumbers(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
