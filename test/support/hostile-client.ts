/**
 * The client of test/full/hostile-peer.test.ts, in a process of its own so that its memory can be measured: asks a
 * server whose answers are mutated, again and again, and prints how that ended.
 *
 * Usage: hostile-client.ts HOST:PORT ASKS
 */
import { parseAddress } from '../../src/base/address.js';
import { Deadline, pause } from '../../src/base/deadline.js';
import { KctlError } from '../../src/base/errors.js';
import { readsRecord } from '../../src/cluster/one-record.js';
import { kafkaTransport, type Transport } from '../../src/cluster/transport.js';
import { Wire } from '../../src/cluster/wire.js';
import { hostileQuestions, hostileTopic } from './hostile-questions.js';

export interface HostileOutcome {
  /** Mutations that left what can still be read. */
  answers: number;
  /** Expected failures by their code. */
  errors: Record<string, number>;
  /** What nobody expects: stacks. */
  unexpected: string[];
  hung: number;
  peakRssBytes: number;
}

const [server = '', asks = ''] = process.argv.slice(2);
const atOnce = 16;
const deadlineMs = 400;
const outcome: HostileOutcome = { answers: 0, errors: {}, unexpected: [], hung: 0, peakRssBytes: 0 };
process.on('uncaughtException', (error) => outcome.unexpected.push(`uncaught: ${error.stack}`));
process.on('unhandledRejection', (error) => outcome.unexpected.push(`unhandled: ${error}`));

let left = Number(asks);
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (left > 0) await askOnce(left--);
  }),
);
outcome.peakRssBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify(outcome));
process.exit(0);

async function askOnce(nth: number): Promise<void> {
  const real = kafkaTransport({ clientId: 'test', security: {} });
  // Whatever address a mutated answer names, nobody else is called.
  const transport: Transport = {
    connect: (_address, timeoutMs) => real.connect(parseAddress(server, 0), timeoutMs),
    close: () => real.close(),
  };
  const wire = new Wire(transport, [parseAddress(server, 0)], {
    clientId: 'test',
    deadline: new Deadline(deadlineMs),
  });
  const late = new AbortController();
  const hang = pause(30_000, late.signal).then(() => 'hung' as const);
  const asked = ask(wire, nth).then(
    () => void outcome.answers++,
    (error) => {
      if (error instanceof KctlError) outcome.errors[error.code] = (outcome.errors[error.code] ?? 0) + 1;
      else outcome.unexpected.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    },
  );
  if ((await Promise.race([asked, hang])) === 'hung') outcome.hung++;
  late.abort();
  wire.close();
}

/** One of the questions, or the records of a topic. */
async function ask(wire: Wire, nth: number): Promise<unknown> {
  const question = hostileQuestions[nth % (hostileQuestions.length + 1)];
  return question ? question(wire) : readsRecord(wire, 1, hostileTopic, 0, 0n, Buffer.from('none'));
}
