import { KctlError } from '../base/errors.js';
import { fillServerDisk, partitionServer, skewClock } from '../cluster/local/faults.js';
import { actOnServer, type ServerWork, serverActions } from '../cluster/local/one-server.js';
import { readPasswords } from '../cluster/local/security-files.js';
import type { ServerRole } from '../cluster/local/state.js';
import { describeLocal } from '../local/document.js';
import { clientOf } from '../local/environment.js';
import { secretEnvironmentOf } from '../local/exec.js';
import { parseSeed, readSeed } from '../local/seed-file.js';
import { startThrowaway, type Throwaway, type ThrowawayOptions } from '../local/throwaway.js';
import type * as api from './api.js';

export const startLocalCluster: typeof api.startLocalCluster = async (options = {}) => {
  const { startTimeoutMs, signal, onProgress } = options;
  try {
    const throwaway = await startThrowaway(await optionsOf(options), {
      startTimeoutMs,
      signal,
      ...(onProgress ? { progress: onProgress } : {}),
    });
    return runningCluster(throwaway);
  } catch (error) {
    throw explained(error);
  }
};

async function optionsOf(options: api.LocalClusterOptions): Promise<ThrowawayOptions> {
  const { startTimeoutMs, signal, onProgress, users, seed, ...rest } = options;
  return {
    ...rest,
    users: users && usersOf(users),
    seed: typeof seed === 'string' ? await readSeed(seed) : seed && parseSeed(seed),
  };
}

function usersOf(users: string[] | Record<string, string>): Map<string, string | null> {
  return new Map(Array.isArray(users) ? users.map((name) => [name, null]) : Object.entries(users));
}

function runningCluster({ state, remove }: Throwaway): api.RunningLocalCluster {
  const document = describeLocal(state.name, state);
  const { name, bootstrapServers, zookeeperConnect, security } = document;
  const passwords = readPasswords(name);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= remove();
    return stopped;
  };
  const given = Object.entries(secretEnvironmentOf(state)).filter(([, value]) => value !== null);
  return {
    name,
    bootstrapServers: bootstrapServers ?? '',
    zookeeperConnect,
    clientProperties: clientOf(document)?.propertiesFile ?? null,
    caFile: security?.caFile ?? null,
    users: (security?.users ?? []).map((user) => ({
      name: user.name,
      password: security?.mechanism ? (passwords.get(user.name) ?? null) : null,
      propertiesFile: user.propertiesFile,
      keyFile: user.keyFile,
    })),
    env: Object.fromEntries(given) as Record<string, string>,
    broker: (id) => serverHandle(name, 'broker', id),
    zookeeper: (id) => serverHandle(name, 'zookeeper', id),
    controller: (id) => serverHandle(name, 'controller', id),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function serverHandle(name: string, role: ServerRole, id: number): api.LocalServerHandle {
  const act = async (work: ServerWork) => {
    try {
      await actOnServer(work, name, { role, id });
    } catch (error) {
      throw explained(error);
    }
  };
  return {
    kill: () => act(serverActions.kill),
    pause: () => act(serverActions.pause),
    resume: () => act(serverActions.resume),
    stop: () => act(serverActions.stop),
    start: () => act(serverActions.start),
    restart: () => act(serverActions.restart),
    partition: () => act(partitionServer(true)),
    heal: () => act(partitionServer(false)),
    skew: (aheadMs) => act(skewClock(aheadMs)),
    fillDisk: ({ leaveBytes = 0, logDir } = {}) => act(fillServerDisk({ leaveBytes, logDir })),
    freeDisk: () => act(fillServerDisk({ leaveBytes: null })),
  };
}

/** A test runner shows nothing but an error's message. */
function explained(error: unknown): unknown {
  if (error instanceof KctlError)
    error.message = [error.message, error.words, error.hint].filter(Boolean).join('\n');
  return error;
}
