import type { Wire } from '../cluster/index.js';
import { ClassicMember } from './group-classic.js';
import { ConsumerMember } from './group-consumer.js';
import type { GroupMember, GroupOptions } from './group-member.js';

export const groupProtocols = ['classic', 'consumer'] as const;
export type GroupProtocol = (typeof groupProtocols)[number];

/** A member that is not yet in the group: its first `next` joins. */
export function openMember(wire: Wire, protocol: GroupProtocol, options: GroupOptions): GroupMember {
  return protocol === 'consumer' ? new ConsumerMember(wire, options) : new ClassicMember(wire, options);
}
