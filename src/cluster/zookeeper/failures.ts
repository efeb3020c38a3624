import { type Address, formatAddress } from '../../base/address.js';
import { ExitCode, KctlError, messageOf } from '../../base/errors.js';
import type { FourLetterWord } from './four-letter.js';

export const checkPort = "ZooKeeper's client port is usually 2181.";

/** What a system error code means, for those that a ZooKeeper address commonly gives. */
const meanings: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens there: is ZooKeeper running?',
  ENOTFOUND: 'The name is not known: check its spelling and the DNS.',
  EAI_AGAIN: 'The DNS did not answer.',
  EHOSTUNREACH: 'There is no way to that host from here.',
  ENETUNREACH: 'There is no way to that network from here.',
  ETIMEDOUT:
    'A firewall may drop it, the server hangs, or it waits for TLS; --timeout sets how long to wait.',
  ECONNRESET: 'The server or something between cut the connection.',
};

/** How a server's closing shows: a broker does it with a reset, a full table of connections before the word is out. */
export const closings = ['ECONNRESET', 'EPIPE'];

/** The server cannot be reached, in the system's words. */
export function networkError(
  server: Address,
  error: { code?: string | undefined; message: string },
): KctlError {
  const code = error.code ?? 'UNREACHABLE';
  const words = error.message || code;
  const cause = words.includes(code) ? words : `${code}: ${words}`;
  return new KctlError(`cannot reach ZooKeeper at ${formatAddress(server)}: ${cause}`, {
    code,
    exitCode: ExitCode.unreachable,
    words: cause,
    hint: meanings[code] ?? checkPort,
    cause: error,
  });
}

/** A Kafka broker takes the letters for the size of a request, finds it too large and closes; so does TLS. */
export function answersNothing(server: Address): KctlError {
  return new KctlError(
    `${formatAddress(server)} closed without an answer: is this a Kafka broker, or a TLS port?`,
    { code: 'NOT_ZOOKEEPER', exitCode: ExitCode.unreachable, hint: checkPort },
  );
}

/** What a server takes at most, unless its jute.maxbuffer says otherwise (org.apache.jute.BinaryInputArchive). */
export const defaultMaxBufferBytes = 1024 * 1024 - 1;

/**
 * The server ended a connection that it had taken.
 * @param largestBytes of the requests that it was to answer: it closes on one that is too large for it
 */
export function lost(server: Address, largestBytes = 0): KctlError {
  const isLarge = largestBytes > defaultMaxBufferBytes;
  return new KctlError(`ZooKeeper at ${formatAddress(server)} closed the connection`, {
    code: 'CONNECTION_LOSS',
    exitCode: ExitCode.unreachable,
    hint: isLarge
      ? `A request had ${largestBytes} bytes: a server takes no more than its jute.maxbuffer, ${defaultMaxBufferBytes} by default.`
      : 'It is going down or has lost its quorum.',
  });
}

/** What a session was answered is not ZooKeeper's. */
export function foreignAnswer(server: Address, bytes?: Buffer, cause?: unknown): KctlError {
  const spoken = bytes && otherProtocol(server, bytes);
  if (spoken) return spoken;
  return new KctlError(`what ${formatAddress(server)} sends is not what ZooKeeper would`, {
    code: 'NOT_ZOOKEEPER',
    exitCode: ExitCode.unreachable,
    ...(cause === undefined ? {} : { words: messageOf(cause) }),
    hint: checkPort,
  });
}

function otherProtocol(server: Address, answer: Buffer): KctlError | undefined {
  const at = formatAddress(server);
  // A TLS record: an alert (21) of version 3.x.
  if (answer[0] === 0x15 && answer[1] === 0x03) {
    return new KctlError(`${at} speaks TLS`, {
      code: 'NOT_ZOOKEEPER',
      exitCode: ExitCode.unreachable,
      hint: "That is ZooKeeper's secure client port: give zookeeper.client.secure=true by --zookeeper-config, or its plain port.",
    });
  }
  const text = answer.toString('utf8', 0, 300);
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  if (/^HTTP\/\d/.test(text)) {
    return new KctlError(`${at} speaks HTTP`, {
      code: 'NOT_ZOOKEEPER',
      exitCode: ExitCode.unreachable,
      words: line,
      hint: `The AdminServer (port 8080) and the metrics (port 7000) are not it: ${checkPort}`,
    });
  }
  return undefined;
}

/** The error that an answer stands for; undefined when it answers the question. */
export function explainRefusal(server: Address, word: FourLetterWord, answer: Buffer): KctlError | undefined {
  const other = otherProtocol(server, answer);
  if (other) return other;
  const at = formatAddress(server);
  const text = answer.toString('utf8', 0, 300);
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  if (/^\w{4} is not executed because it is not in the whitelist\./.test(text)) {
    const allowed = word === 'srvr' ? word : `srvr,${word}`;
    return new KctlError(`ZooKeeper at ${at} does not allow ${word}`, {
      code: 'NOT_IN_WHITELIST',
      words: line,
      hint:
        `Put into its zoo.cfg: 4lw.commands.whitelist=${allowed} ` +
        `(or -Dzookeeper.4lw.commands.whitelist=${allowed}) and restart it.`,
    });
  }
  // `isro` says "null" where the other words have a sentence.
  if (text.startsWith('This ZooKeeper instance is not currently serving requests') || text === 'null') {
    return notServing(server, line);
  }
  return undefined;
}

/** The server runs, and is part of no quorum. */
export function notServing(server: Address, words: string): KctlError {
  return new KctlError(`ZooKeeper at ${formatAddress(server)} is not serving requests`, {
    code: 'NOT_SERVING',
    words,
    hint: 'It has no quorum: see that most servers of its ensemble run and reach each other.',
  });
}
