import { basename } from 'node:path';

/** Whose configuration files are understood. */
export const importFormats = ['java', 'librdkafka', 'kaf', 'kafkactl', 'kcl'] as const;
export type ImportFormat = (typeof importFormats)[number];

/** Tells from a file's name and content whose it is; undefined where they do not say. */
export function formatOf(path: string, text: string): ImportFormat | undefined {
  if (/^\s*(current-cluster|clusters)\s*:/m.test(text)) return 'kaf';
  if (/^\s*(current-context|contexts)\s*:/m.test(text)) return 'kafkactl';
  if (/^\s*seed_brokers\s*=\s*\[/m.test(text)) return 'kcl';
  if (/^\s*(metadata\.broker\.list|sasl\.mechanisms|sasl\.password|ssl\.ca\.location)\s*=/m.test(text))
    return 'librdkafka';
  if (/kcat|librdkafka/.test(basename(path))) return 'librdkafka';
  if (/^\s*[a-z]+(\.[a-z]+)+\s*[=:]/m.test(text)) return 'java';
  return undefined;
}
