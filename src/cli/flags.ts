import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import { parseBytes, parseDurationMs } from '../base/parse.js';
import { outputFormats } from '../render/document.js';
import { specialFormats } from '../render/view.js';

/** A duration in milliseconds, written as `10s`, `1m30s` or a number of milliseconds. */
export const durationFlag = Flags.custom<number>({
  parse: async (text) => parseDurationMs(text),
  helpValue: '<duration>',
});

const output = {
  char: 'o',
  description: 'form of the result on stdout',
  env: 'KCTL_OUTPUT',
  helpGroup: 'GLOBAL',
} as const;

/** For commands whose result programs are configured by. */
export const specialOutputFlag = {
  output: Flags.option({ ...output, options: [...outputFormats, ...specialFormats] as const })(),
};

/** A number of bytes, written as `16384`, `64KB` or `1MiB`. */
export const bytesFlag = Flags.custom<number>({
  parse: async (text) => parseBytes(text),
  helpValue: '<bytes>',
});

/** Flags that every command has. */
export const outputFlags = {
  output: Flags.option({ ...output, options: outputFormats })(),
  json: Flags.boolean({ description: 'same as --output json', helpGroup: 'GLOBAL' }),
  verbose: Flags.boolean({ char: 'v', description: 'say more on stderr', helpGroup: 'GLOBAL' }),
  debug: Flags.boolean({
    description: 'show stack traces and requests on stderr',
    env: 'KCTL_DEBUG',
    helpGroup: 'GLOBAL',
  }),
};

const timeout = Flags.custom<number>({
  parse: async (text) => {
    const timeoutMs = parseDurationMs(text);
    if (timeoutMs > 0) return timeoutMs;
    throw usageError('a deadline of 0 leaves no time for anything', 'Write for example 10s.');
  },
  helpValue: '<duration>',
  description: 'one deadline for the whole command (default 10s)',
  env: 'KCTL_TIMEOUT',
  helpGroup: 'CONNECTION',
})();

const context = Flags.string({
  char: 'c',
  description: 'the context to use (see: kctl context list; or KCTL_CONTEXT)',
  helpGroup: 'CONNECTION',
  helpValue: '<name>',
});

/** Flags of every command that talks to Kafka. */
export const clusterFlags = {
  context,
  'bootstrap-server': Flags.string({
    char: 'b',
    description: 'brokers to connect to first, as host:port[,host:port…]',
    helpGroup: 'CONNECTION',
    helpValue: '<host:port,…>',
  }),
  'command-config': Flags.string({
    description: "a Java client.properties file with the connection's settings",
    helpGroup: 'CONNECTION',
    helpValue: '<file>',
  }),
  'client-id': Flags.string({
    description: 'client.id shown to the brokers (default kctl)',
    env: 'KCTL_CLIENT_ID',
    helpGroup: 'CONNECTION',
  }),
  property: Flags.string({
    char: 'X',
    multiple: true,
    description: 'a client setting under its Java name, but no secret',
    helpGroup: 'CONNECTION',
    helpValue: '<key=value>',
  }),
  resolve: Flags.string({
    multiple: true,
    description: 'connect to another address for this one (port-forwards; or KCTL_RESOLVE)',
    helpGroup: 'CONNECTION',
    helpValue: '<host:port:address[:port]>',
  }),
  proxy: Flags.string({
    description: 'go through http://host:port or socks5://host:port (or KCTL_PROXY)',
    helpGroup: 'CONNECTION',
    helpValue: '<url>',
  }),
  'request-timeout': durationFlag({
    description: 'how long one broker may take to answer (default: a part of --timeout)',
    env: 'KCTL_REQUEST_TIMEOUT',
    helpGroup: 'CONNECTION',
  }),
  timeout,
};

/** Flags of commands that KRaft's controllers answer too. */
export const controllerFlags = {
  ...clusterFlags,
  'bootstrap-controller': Flags.string({
    description: 'controllers of KRaft to connect to, in place of brokers (KIP-919; from Kafka 3.7)',
    helpGroup: 'CONNECTION',
    helpValue: '<host:port,…>',
    exclusive: ['bootstrap-server'],
  }),
};

/** Flags of every command that talks to ZooKeeper. */
export const zookeeperFlags = {
  context,
  zookeeper: Flags.string({
    char: 'z',
    description: 'ZooKeeper servers, as host:port[,host:port…][/chroot]',
    helpGroup: 'CONNECTION',
    helpValue: '<host:port,…>',
  }),
  'zookeeper-config': Flags.string({
    description: 'a properties file with TLS and login, such as zookeeper.client.secure=true',
    helpGroup: 'CONNECTION',
    helpValue: '<file>',
  }),
  timeout,
};

/** Of every command that asks the AdminServer, if only where servers refuse words. */
export const adminPortFlag = {
  'admin-port': Flags.integer({
    description: "the servers' admin.serverPort, asked where they refuse words (default 8080)",
    min: 1,
    max: 65535,
    helpGroup: 'CONNECTION',
  }),
};

/** Flags of every command that reads znodes. */
export const znodeFlags = {
  ...zookeeperFlags,
  'allow-read-only': Flags.boolean({
    description: 'also ask a server that is cut off from its quorum, and may show what is long past',
  }),
};

/** Flags of every command that changes something. */
export const dryRunFlag = {
  'dry-run': Flags.boolean({ description: 'check and show what would be done, and do nothing' }),
};

/** Flags of every command that writes znodes. */
export const znodeChangeFlags = {
  ...zookeeperFlags,
  ...dryRunFlag,
  'force-kafka-metadata': Flags.boolean({ description: "write even into what is Kafka's own" }),
};

/** A znode's version for compare-and-set. */
export const znodeVersionFlag = Flags.integer({
  description: 'do it only if the znode has this version (zk exists shows it)',
  min: 0,
  max: 2 ** 31 - 1,
});

/** Flags of every command that destroys something. */
export const confirmFlags = {
  yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
  'confirm-context': Flags.string({
    description: 'the name of the protected context that this may be done in',
    helpValue: '<name>',
  }),
};

/** Flags of what may lose records: consent is a word to be typed, and never just yes. */
export const typedConfirmFlags = {
  confirm: Flags.string({
    description: 'the word that would be asked for, where there is no terminal',
    helpValue: '<word>',
  }),
};

/** The words of a command that takes any number of them, each once, in order. */
export function variadic(words: unknown[]): string[] {
  return [...new Set(words.map(String))];
}
