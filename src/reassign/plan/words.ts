import { partitionName } from './model.js';
import { isReadable, type Problem } from './problem.js';
import type { PlannedBalance, PlanRequest } from './types.js';

/** `14.2 %` of 0.142. */
export function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

/** What was asked for, in a few words. */
export function describeRequest(request: PlanRequest): string {
  const { drain, fill, replace, replicationFactor, balance, leaders, topics } = request;
  const words: string[] = [];
  if (drain.length > 0) words.push(`drain ${drain.join(', ')}`);
  if (fill.length > 0) words.push(`fill ${fill.join(', ')}`);
  for (const { from, to } of replace) words.push(`replace ${from} by ${to}`);
  if (replicationFactor) words.push(`replication factor ${replicationFactor.factor}`);
  if (balance) words.push('rebalance');
  else if (leaders) words.push('balance leaders');
  const scope = topics === null ? '' : ` (${topics.size} ${topics.size === 1 ? 'topic' : 'topics'})`;
  return words.join(' + ') + scope;
}

/**
 * What stays outside of the tolerance, and why.
 * @param weights what each partition counts as; null where no balance was asked for
 */
export function remainsOf(
  { model, source, costs }: Problem,
  balance: PlannedBalance[],
  weights: Float64Array | null,
): string[] {
  const remains: string[] = [];
  for (const { of, after, tolerance, window } of balance) {
    if (tolerance === null || window === null) continue;
    const beyond: string[] = [];
    if (window.below > tolerance) beyond.push(`${percent(after.below)} below`);
    if (window.above > tolerance) beyond.push(`${percent(after.above)} above`);
    if (beyond.length === 0) continue;
    const why =
      of === 'leaders'
        ? 'no order of these replicas brings them closer'
        : 'whole replicas, racks and disks allow no closer placement that was found';
    remains.push(
      `${of} stay up to ${beyond.join(' and ')} the fair share (asked: ${percent(tolerance)}): ${why}`,
    );
  }
  const unread: string[] = [];
  for (let p = 0; p < model.partitionCount; p++)
    if (!isReadable(model, p)) unread.push(partitionName(model, p));
  if (unread.length > 0) {
    const names = `${unread.slice(0, 3).join(', ')}${unread.length > 3 ? `, … (${unread.length})` : ''}`;
    remains.push(`${names} without a leader: there is nothing to copy from, so nothing of it moves`);
  }
  const largest = costs.reduce((most, cost, p) => (cost > (costs[most] ?? 0) ? p : most), 0);
  if ((costs[largest] ?? 0) > (weights?.[largest] ?? Number.POSITIVE_INFINITY)) {
    const name = partitionName(model, source[largest] ?? 0);
    remains.push(
      `${name} alone is larger than a fair share: it counts as one, and outweighs it wherever it is`,
    );
  }
  return remains;
}
