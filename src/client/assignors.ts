import { type Assignor, assignRanges, assignRoundRobin } from './assign.js';
import { assignCooperatively, assignSticky } from './assign-sticky.js';

/** By the names of Kafka's protocol, in the order of preference in which kctl offers them. */
export const assignors = {
  range: assignRanges,
  roundrobin: assignRoundRobin,
  sticky: assignSticky,
  'cooperative-sticky': assignCooperatively,
} as const satisfies Record<string, Assignor>;

export type AssignorName = keyof typeof assignors;
export const assignorNames = Object.keys(assignors) as AssignorName[];

export function isAssignorName(name: string): name is AssignorName {
  return Object.hasOwn(assignors, name);
}

/** Members that offer nothing else keep their partitions through a rebalance (KIP-429); a group is of one kind. */
export function isCooperative(names: readonly AssignorName[]): boolean {
  return names.every((name) => name === 'cooperative-sticky');
}
