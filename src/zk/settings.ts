import { type Answer, byText, type Integer, readNumber, splitAt } from './answer.js';

export interface Metrics {
  /** Under the server's own names (zk_avg_latency), sorted: they differ by version and by role. */
  metrics: Record<string, Integer | string>;
}

export interface Configuration {
  settings: Record<string, Integer | string>;
  /** The ensemble as it agreed upon, from ZooKeeper 3.5; absent for a standalone server. */
  membership?: {
    servers: Array<{ id: Integer; definition: string }>;
    /** The zxid, in hexadecimal, of the change that made it so. */
    version?: string;
  };
}

export interface Environment {
  environment: Record<string, string>;
}

export interface DirectorySizes {
  datadirSizeBytes: Integer;
  logdirSizeBytes: Integer;
}

/** Parses `mntr`: a name, a tab and a value a line. */
export function parseMntr(answer: Answer): Metrics {
  const entries = pairs(answer, answer.spoken, '\t');
  if (entries.length === 0) return answer.malformed('it has no metrics');
  return { metrics: Object.fromEntries(entries.map(([name, value]) => [name, readNumber(value)])) };
}

/** Parses `conf`: key=value lines, then the members of an ensemble. */
export function parseConf(answer: Answer): Configuration {
  const lines = answer.spoken;
  const at = lines.findIndex((line) => line.startsWith('membership:'));
  const entries = pairs(answer, at < 0 ? lines : lines.slice(0, at), '=');
  if (entries.length === 0) return answer.malformed('it has no settings');
  const settings = Object.fromEntries(entries.map(([name, value]) => [name, readNumber(value)]));
  return at < 0 ? { settings } : { settings, membership: parseMembership(answer, lines.slice(at + 1)) };
}

function parseMembership(answer: Answer, lines: string[]): NonNullable<Configuration['membership']> {
  const servers: Array<{ id: Integer; definition: string }> = [];
  let version: string | undefined;
  for (const line of lines) {
    const [, id, definition] = /^server\.(\d{1,19})=(.+)$/.exec(line) ?? [];
    if (id && definition) servers.push({ id: answer.integer('server id', id), definition });
    else if (line.startsWith('version=')) version = line.slice('version='.length);
    else answer.skip(line);
  }
  return { servers, ...(version !== undefined && { version }) };
}

/** Parses `envi`: the server's Java system properties that matter. */
export function parseEnvi(answer: Answer): Environment {
  if (answer.lines[0] !== 'Environment:') return answer.malformed('it has no environment');
  return { environment: Object.fromEntries(pairs(answer, answer.spoken.slice(1), '=')) };
}

/** Parses `dirs`, of ZooKeeper 3.5.1 or newer. */
export function parseDirs(answer: Answer): DirectorySizes {
  return {
    datadirSizeBytes: answer.integer('datadir_size', answer.find(/^datadir_size: (\d+)$/)),
    logdirSizeBytes: answer.integer('logdir_size', answer.find(/^logdir_size: (\d+)$/)),
  };
}

function pairs(answer: Answer, lines: string[], separator: string): Array<[name: string, value: string]> {
  return lines
    .flatMap((line) => {
      const pair = splitAt(line, separator);
      if (!pair) answer.skip(line);
      return pair ? [pair] : [];
    })
    .sort(byText(([name]) => name));
}
