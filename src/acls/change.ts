import { pause } from '../base/deadline.js';
import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { type Acl, compareAcls, describeAcl, distinctAcls, keyOf } from './acl.js';
import { askAcls } from './list.js';
import { createAcls, deleteAcls } from './send.js';

export interface AclChange extends Acl {
  change: 'create' | 'delete';
  /** `valid` is the result of a dry run. */
  result: 'created' | 'deleted' | 'valid';
}

export interface AclChangeList extends ListDocument<AclChange> {
  /** Rules that are as they were asked to be already. */
  unchanged: number;
  dryRun: boolean;
  /** No broker checks ACLs without taking them. */
  validatedBy?: 'client';
}

/** What it takes to come from the rules that there are to others. */
export interface AclPlan {
  create: Acl[];
  delete: Acl[];
  unchanged: number;
}

/** Adds rules to those that there are; with `prune` all others go. */
export function planAcls(present: readonly Acl[], wanted: readonly Acl[], prune: boolean): AclPlan {
  const [there, asked] = [new Set(present.map(keyOf)), new Set(wanted.map(keyOf))];
  const create = distinctAcls(wanted).filter((acl) => !there.has(keyOf(acl)));
  return {
    create,
    delete: prune ? distinctAcls(present).filter((acl) => !asked.has(keyOf(acl))) : [],
    unchanged: asked.size - create.length,
  };
}

/** A plan that takes rules away, of which some may not be there. */
export function planDeletion(present: readonly Acl[], unwanted: readonly Acl[]): AclPlan {
  const there = new Set(present.map(keyOf));
  const all = distinctAcls(unwanted);
  const found = all.filter((acl) => there.has(keyOf(acl)));
  return { create: [], delete: found, unchanged: all.length - found.length };
}

/** Every rule that there is. */
export function presentAcls(cluster: Cluster): Promise<Acl[]> {
  return askAcls(cluster, {}, {});
}

/** Carries a plan out, what is new first; or, as a dry run, only shows it. */
export async function applyAcls(
  cluster: Cluster,
  plan: AclPlan,
  { dryRun }: { dryRun: boolean },
): Promise<AclChangeList> {
  const items = (failed: Set<string>) =>
    [
      ...plan.create.map(
        (acl): AclChange => ({ ...acl, change: 'create', result: dryRun ? 'valid' : 'created' }),
      ),
      ...plan.delete.map(
        (acl): AclChange => ({ ...acl, change: 'delete', result: dryRun ? 'valid' : 'deleted' }),
      ),
    ]
      .filter((acl) => !failed.has(describeAcl(acl)))
      .sort(compareAcls);
  const { unchanged } = plan;
  if (dryRun)
    return {
      ...listDocument('AclChangeList', 1, items(new Set())),
      unchanged,
      dryRun,
      validatedBy: 'client',
    };
  const refused = [
    ...(await createAcls(cluster.wire, plan.create)),
    ...(await deleteAcls(cluster.wire, plan.delete)),
  ];
  const { errors, warnings } = await settle(cluster, plan, refused);
  const done = items(new Set(errors.map(({ subject }) => subject)));
  return { ...listDocument('AclChangeList', 1, done, errors, warnings), unchanged, dryRun };
}

/** A broker that has not heard of a change by then is named, and hears of it later. */
const longestWaitMs = 5_000;

/** Waits until every live broker holds to the rules; a change whose answer was lost counts when it is seen. */
async function settle(
  cluster: Cluster,
  plan: AclPlan,
  refused: ItemError[],
): Promise<{ errors: ItemError[]; warnings: string[] }> {
  const errors = refused.filter(({ code }) => code !== 'ANSWER_LOST');
  const failed = new Set(errors.map(({ subject }) => subject));
  const stands = (acls: Acl[]) => acls.filter((acl) => !failed.has(describeAcl(acl))).map(keyOf);
  const [created, deleted] = [stands(plan.create), stands(plan.delete)];
  if (created.length + deleted.length === 0) return { errors, warnings: [] };
  const { brokers } = await cluster.wire.nodes();
  const endAtMs = performance.now() + Math.min(longestWaitMs, cluster.wire.deadline.remainingMs() / 2);
  const behind = await Promise.all(
    brokers.map(async ({ id }) => {
      for (let waitMs = 5; ; waitMs = Math.min(200, waitMs * 2)) {
        const present = new Set((await askAcls(cluster, {}, { at: id })).map(keyOf));
        if (created.every((key) => present.has(key)) && !deleted.some((key) => present.has(key))) return [];
        if (performance.now() > endAtMs) return [id];
        await pause(waitMs);
      }
    }),
  );
  const late = behind.flat();
  const lost = late.length === 0 ? [] : refused.filter(({ code }) => code === 'ANSWER_LOST');
  return {
    errors: [...errors, ...lost],
    warnings: late.map((id) => `broker ${id} does not know of every rule yet`),
  };
}
