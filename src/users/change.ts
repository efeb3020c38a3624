import { pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { alterScram, type ScramDeletion, type ScramMechanism, type ScramPassword } from '../cluster/scram.js';
import { askUsers, type ScramUser } from './list.js';

export interface UserChange {
  name: string;
  mechanism: ScramMechanism;
  change: 'create' | 'replace' | 'delete';
  /** `valid` is the result of a dry run. */
  result: 'created' | 'replaced' | 'deleted' | 'valid';
}

export interface UserChangeList extends ListDocument<UserChange> {
  dryRun: boolean;
  /** No broker checks passwords without taking them. */
  validatedBy?: 'client';
}

const results = { create: 'created', replace: 'replaced', delete: 'deleted' } as const;

/** Which of the users named have which passwords now; those without any are left out. */
export async function presentUsers(cluster: Cluster, names: string[]): Promise<ScramUser[]> {
  const { users, errors } = await askUsers(cluster, names, 'controller');
  const [error] = errors.filter(({ exitCode }) => exitCode !== ExitCode.notFound);
  if (error)
    throw new KctlError(`${error.subject} cannot be looked up`, { code: error.code, words: error.message });
  return users;
}

export function hasPassword(users: ScramUser[], { name, mechanism }: ScramDeletion): boolean {
  const user = users.find((each) => each.name === name);
  return user?.credentials.some((each) => each.mechanism === mechanism) ?? false;
}

/** Gives users passwords, or other ones. */
export async function setPasswords(
  cluster: Cluster,
  { passwords, present, dryRun }: { passwords: ScramPassword[]; present: ScramUser[]; dryRun: boolean },
): Promise<UserChangeList> {
  const changes = passwords.map(({ name, mechanism }): Pick<UserChange, 'name' | 'mechanism' | 'change'> => {
    return { name, mechanism, change: hasPassword(present, { name, mechanism }) ? 'replace' : 'create' };
  });
  const errors = dryRun ? [] : await alterScram(cluster.wire, { passwords });
  const warnings = dryRun ? [] : await awaitUsers(cluster, passwords, [], failedNames(errors));
  return documentOf(changes, { errors, warnings, dryRun });
}

/** Takes passwords away: from then on nobody can log in with them. */
export async function deletePasswords(
  cluster: Cluster,
  { deletions, missing, dryRun }: { deletions: ScramDeletion[]; missing: ItemError[]; dryRun: boolean },
): Promise<UserChangeList> {
  const changes = deletions.map((each) => ({ ...each, change: 'delete' as const }));
  const errors = dryRun ? [] : await alterScram(cluster.wire, { deletions });
  const warnings = dryRun ? [] : await awaitUsers(cluster, [], deletions, failedNames(errors));
  return documentOf(changes, { errors: [...missing, ...errors], warnings, dryRun });
}

/** The passwords to take away: those of the mechanisms given, or all; and who of those named has none. */
export function planDeletions(
  present: ScramUser[],
  names: string[],
  mechanisms: ScramMechanism[],
): { deletions: ScramDeletion[]; missing: ItemError[] } {
  const deletions = present.flatMap(({ name, credentials }) =>
    credentials
      .filter(({ mechanism }) => mechanisms.includes(mechanism))
      .map(({ mechanism }) => ({ name, mechanism })),
  );
  const found = new Set(deletions.map(({ name }) => name));
  const missing = names
    .filter((name) => !found.has(name))
    .map((name) => ({
      subject: `user ${name}`,
      code: 'RESOURCE_NOT_FOUND',
      message: `${name} has no password for ${mechanisms.join(' or ')}`,
      exitCode: ExitCode.notFound,
    }));
  return { deletions, missing };
}

function documentOf(
  changes: Array<Pick<UserChange, 'name' | 'mechanism' | 'change'>>,
  { errors, warnings, dryRun }: { errors: ItemError[]; warnings: string[]; dryRun: boolean },
): UserChangeList {
  const failed = failedNames(errors);
  const items = changes
    .filter(({ name }) => !failed.has(name))
    .sort((a, b) => compareNames(a.name, b.name) || compareNames(a.mechanism, b.mechanism))
    .map((each): UserChange => ({ ...each, result: dryRun ? 'valid' : results[each.change] }));
  const list = listDocument('UserChangeList', 1, items, errors, warnings);
  return { ...list, dryRun, ...(dryRun ? { validatedBy: 'client' as const } : {}) };
}

function failedNames(errors: ItemError[]): Set<string> {
  return new Set(errors.map(({ subject }) => subject.replace(/^user /, '')));
}

/** A broker that has not heard of a change by then is named, and hears of it later. */
const longestWaitMs = 5_000;

/**
 * Waits until every live broker knows of the users; a replaced password looks as the one before. With ZooKeeper only the
 * controller says what it knows, and the others follow it within moments.
 */
async function awaitUsers(
  cluster: Cluster,
  given: ScramDeletion[],
  taken: ScramDeletion[],
  failed: Set<string>,
): Promise<string[]> {
  const names = [...new Set([...given, ...taken].map(({ name }) => name))].filter(
    (name) => !failed.has(name),
  );
  if (names.length === 0) return [];
  const { brokers } = await cluster.wire.nodes();
  const endAtMs = performance.now() + Math.min(longestWaitMs, cluster.wire.deadline.remainingMs() / 2);
  const late = await Promise.all(
    brokers.map(async ({ id }) => {
      for (let waitMs = 5; ; waitMs = Math.min(200, waitMs * 2)) {
        const users = await knownAt(cluster, id, names);
        const holds =
          users === undefined ||
          (given.every((each) => failed.has(each.name) || hasPassword(users, each)) &&
            !taken.some((each) => !failed.has(each.name) && hasPassword(users, each)));
        if (holds) return [];
        if (performance.now() > endAtMs) return [`broker ${id} does not know of every change yet`];
        await pause(waitMs);
      }
    }),
  );
  return late.flat();
}

/** @returns undefined where the broker is not one that says it */
async function knownAt(cluster: Cluster, broker: number, names: string[]): Promise<ScramUser[] | undefined> {
  try {
    return (await askUsers(cluster, names, { broker })).users;
  } catch (error) {
    if (error instanceof KctlError && error.code === 'NOT_CONTROLLER') return undefined;
    throw error;
  }
}
