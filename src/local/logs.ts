import { ExitCode, KctlError } from '../base/errors.js';
import { follow, logFileOf, tailOf } from '../cluster/local/logs.js';
import { type LocalState, readState, type ServerState, serverName } from '../cluster/local/state.js';

export interface LogLine {
  /** `zookeeper-1`, `broker-1` … */
  server: string;
  line: string;
}

export interface LogOptions {
  name: string;
  /** All when absent. */
  role?: string | undefined;
  /** All of the role when absent. */
  id?: number | undefined;
  /** How many lines there are at the end of each log. */
  lines: number;
  follow: boolean;
  signal: AbortSignal;
}

/**
 * The last lines of the servers' logs, server by server, and then those that are added.
 * @throws KctlError `NOT_FOUND` (exit 4) when there is no such cluster or server
 */
export async function* readLogs(options: LogOptions): AsyncGenerator<LogLine> {
  const { name, signal } = options;
  const state = readState(name);
  if (!state) {
    throw new KctlError(`there is no local cluster "${name}"`, {
      code: 'NOT_FOUND',
      exitCode: ExitCode.notFound,
      hint: `Start it: kctl local start --name ${name}`,
    });
  }
  const servers = chooseServers(state, options);
  for (const server of servers) {
    for (const line of tailOf(logFileOf(state, server), options.lines))
      yield { server: serverName(server), line };
  }
  if (options.follow) yield* merge(servers.map((server) => followServer(state, server, signal)));
}

function chooseServers(state: LocalState, { role, id }: LogOptions): ServerState[] {
  const chosen = state.servers.filter(
    (server) => (role ?? server.role) === server.role && (id ?? server.id) === server.id,
  );
  if (chosen.length > 0) return chosen;
  throw new KctlError(`the local cluster "${state.name}" has no ${[role, id].join(' ').trim()}`, {
    code: 'NOT_FOUND',
    exitCode: ExitCode.notFound,
    hint: `It has ${state.servers.map((server) => `${server.role} ${server.id}`).join(', ')}.`,
  });
}

async function* followServer(
  state: LocalState,
  server: ServerState,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  for await (const line of follow(logFileOf(state, server), signal))
    yield { server: serverName(server), line };
}

/** Whichever has something next. */
async function* merge<T>(sources: AsyncGenerator<T>[]): AsyncGenerator<T> {
  const next = (source: AsyncGenerator<T>) => source.next().then((result) => ({ source, result }));
  const pending = new Map(sources.map((source) => [source, next(source)]));
  while (pending.size > 0) {
    const { source, result } = await Promise.race(pending.values());
    if (result.done) pending.delete(source);
    else {
      pending.set(source, next(source));
      yield result.value;
    }
  }
}
