import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import { parseKeyValue } from '../base/parse.js';
import type { Context, SecretSource } from '../cluster/settings/context.js';
import { parseResolve } from '../cluster/settings/route.js';

/** What a context can be made of. */
export const contextFlags = {
  'bootstrap-server': Flags.string({ char: 'b', description: 'its brokers', helpValue: '<host:port,…>' }),
  zookeeper: Flags.string({ char: 'z', description: 'its ZooKeeper', helpValue: '<host:port,…>' }),
  'command-config': Flags.string({ description: 'a Java client.properties file', helpValue: '<file>' }),
  property: Flags.string({
    char: 'X',
    multiple: true,
    description: 'a client setting under its Java name, but no secret',
    helpValue: '<key=value>',
  }),
  secret: Flags.string({
    multiple: true,
    description:
      'where a secret setting is kept: env:NAME, file:PATH, command:WORDS, keyring:ACCOUNT or prompt',
    helpValue: '<key=place>',
  }),
  'cluster-id': Flags.string({ description: 'nothing is changed in a cluster with another id' }),
  protected: Flags.boolean({ description: "what destroys asks for the context's name", allowNo: true }),
  timeout: Flags.string({ description: 'one deadline for a whole command', helpValue: '<duration>' }),
  proxy: Flags.string({ description: 'http://host:port or socks5://host:port', helpValue: '<url>' }),
  resolve: Flags.string({
    multiple: true,
    description: 'connect to another address for this one',
    helpValue: '<host:port:address[:port]>',
  }),
};

interface ContextFlagValues {
  'bootstrap-server'?: string | undefined;
  zookeeper?: string | undefined;
  'command-config'?: string | undefined;
  property?: string[] | undefined;
  secret?: string[] | undefined;
  'cluster-id'?: string | undefined;
  protected?: boolean | undefined;
  timeout?: string | undefined;
  proxy?: string | undefined;
  resolve?: string[] | undefined;
}

/** The fields that flags give; those not given are absent. */
export function contextOf(flags: ContextFlagValues): Context {
  const text = (value: string | undefined, key: keyof Context) =>
    value === undefined ? {} : { [key]: value };
  const { property, secret, resolve } = flags;
  return {
    ...text(flags['bootstrap-server'], 'bootstrapServers'),
    ...text(flags.zookeeper, 'zookeeper'),
    ...text(flags['command-config'], 'commandConfig'),
    ...(property ? { properties: Object.fromEntries(property.map(parseKeyValue)) } : {}),
    ...(secret ? { secrets: Object.fromEntries(secret.map(parseSecret)) } : {}),
    ...text(flags['cluster-id'], 'clusterId'),
    ...(flags.protected === undefined ? {} : { protected: flags.protected }),
    ...text(flags.timeout, 'timeout'),
    ...text(flags.proxy, 'proxy'),
    ...(resolve ? { resolve: Object.fromEntries(resolve.map(splitResolve)) } : {}),
  };
}

function parseSecret(text: string): [setting: string, source: SecretSource] {
  const [setting, place] = parseKeyValue(text);
  const [, kind, rest = ''] = /^(env|file|command|keyring|prompt)(?::(.+))?$/s.exec(place) ?? [];
  if (kind === 'prompt') return [setting, { prompt: true }];
  // The place is not quoted: it may be the secret itself.
  if (kind === undefined || rest === '')
    throw usageError(
      `--secret ${setting} names no place`,
      'Write env:NAME, file:PATH, command:WORDS, keyring:ACCOUNT or prompt, never the secret itself.',
    );
  if (kind === 'command') return [setting, { command: rest.trim().split(/\s+/) }];
  return [setting, { [kind]: rest } as SecretSource];
}

/** The file writes `host:port: address[:port]`. */
function splitResolve(text: string): [from: string, to: string] {
  const [from] = parseResolve(text);
  return [from, text.trim().slice(from.length + 1)];
}
