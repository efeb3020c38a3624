import { ExitCode, KctlError } from '../../base/errors.js';
import { removeClockFiles } from './clock.js';
import { isAlive, isPaused, signal } from './identity.js';
import { findJava } from './java.js';
import { endAll, launch, recover, requireReachable, type StartHooks, withClusterLock } from './launch.js';
import { assignPorts } from './ports.js';
import { canServe, killServers } from './servers.js';
import { enginesOf } from './start.js';
import {
  type LocalState,
  type ServerRole,
  type ServerState,
  serverName,
  serversOf,
  writeState,
} from './state.js';
import { defaultGraceMs, type StopHooks } from './stop.js';

/** One server of a cluster, as commands name it: `broker 2`. */
export interface ServerRef {
  role: ServerRole;
  id: number;
}

/** Does something to one server of a cluster. @returns whether there was anything to do */
export type ServerWork = (state: LocalState, server: ServerState, hooks: StopHooks) => Promise<boolean>;

/** What can be done to one server while the others go on. */
export const serverActions = {
  start: startServer,
  stop: stopServer,
  restart: async (state: LocalState, server: ServerState, hooks: StopHooks) => {
    requireReachable(state, server);
    await stopServer(state, server, hooks);
    return startServer(state, server, hooks);
  },
  kill: killServer,
  pause: pauseServer,
  resume: resumeServer,
} satisfies Record<string, ServerWork>;
export type ServerAction = keyof typeof serverActions;

/**
 * Does something to one server of a cluster.
 * @returns the cluster, and whether there was anything to do: a server that runs is not started, and so on
 * @throws KctlError `NOT_FOUND` (exit 4) when there is no such cluster or server; `LOCAL_STOPPED` when what the
 * server needs does not run
 */
export async function actOnServer(
  work: ServerWork,
  name: string,
  ref: ServerRef,
  hooks: StopHooks = {},
): Promise<{ state: LocalState; changed: boolean }> {
  return withClusterLock(name, hooks, async () => {
    const { state, server } = requireServer(await recover(name, hooks), name, ref);
    return { state, changed: await work(state, server, hooks) };
  });
}

/** @throws KctlError `NOT_FOUND` (exit 4) */
export function requireServer(
  state: LocalState | undefined,
  name: string,
  { role, id }: ServerRef,
): { state: LocalState; server: ServerState } {
  const notFound = (message: string, hint: string) =>
    new KctlError(message, { code: 'NOT_FOUND', exitCode: ExitCode.notFound, hint });
  if (!state)
    throw notFound(`there is no local cluster "${name}"`, `Start it: kctl local start --name ${name}`);
  const server = serversOf(state, role).find((each) => each.id === id);
  if (server) return { state, server };
  const names = state.servers.map((each) => `${each.role} ${each.id}`).join(', ');
  throw notFound(`the local cluster "${name}" has no ${role} ${id}`, `It has ${names}.`);
}

async function startServer(state: LocalState, server: ServerState, hooks: StartHooks): Promise<boolean> {
  if (isAlive(server.process)) return false;
  const needed = [...serversOf(state, 'zookeeper'), ...serversOf(state, 'controller')];
  if (server.role === 'broker' && needed.length > 0 && !needed.some(canServe)) {
    const what = state.mode === 'zookeeper' ? 'ZooKeeper' : 'The controllers';
    throw new KctlError(`${what} of the local cluster "${state.name}" must run before a broker can`, {
      code: 'LOCAL_STOPPED',
      hint: `Start all of it: kctl local start --name ${state.name}`,
    });
  }
  const java = await findJava();
  await assignPorts(state, [server]);
  await launch(state, [server], { java, engines: await enginesOf(state, hooks) }, hooks);
  return true;
}

async function stopServer(state: LocalState, server: ServerState, hooks: StopHooks): Promise<boolean> {
  if (!isAlive(server.process)) return false;
  const { graceMs = defaultGraceMs, progress } = hooks;
  const killed = await endAll(state, graceMs, { servers: [server], ...(progress ? { progress } : {}) });
  for (const each of killed) progress?.(`${each} did not end in its grace time and was killed`);
  return true;
}

/** As a crash would: nothing is handed over, its data stays. */
async function killServer(state: LocalState, server: ServerState): Promise<boolean> {
  const wasRunning = isAlive(server.process);
  await killServers([server]);
  removeClockFiles(server);
  server.process = null;
  writeState(state);
  return wasRunning;
}

/** It keeps its connections and answers nothing, as one whose machine hangs. */
async function pauseServer(state: LocalState, server: ServerState): Promise<boolean> {
  const { process } = requireRunning(state, server);
  if (isPaused(process)) return false;
  signal(process, 'SIGSTOP');
  return true;
}

async function resumeServer(state: LocalState, server: ServerState): Promise<boolean> {
  const { process } = requireRunning(state, server);
  if (!isPaused(process)) return false;
  signal(process, 'SIGCONT');
  return true;
}

function requireRunning(state: LocalState, server: ServerState) {
  const { process } = server;
  if (isAlive(process)) return { process };
  throw new KctlError(`${serverName(server)} of the local cluster "${state.name}" does not run`, {
    code: 'LOCAL_STOPPED',
    hint: `Start it: kctl local start ${server.role} ${server.id} --name ${state.name}`,
  });
}
