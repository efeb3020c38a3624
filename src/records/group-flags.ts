import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import { parseDurationMs } from '../base/parse.js';
import { type AssignorName, assignorNames } from '../client/assignors.js';
import { type GroupProtocol, groupProtocols } from '../client/group.js';

export const commitModes = ['none', 'each', 'interval'] as const;
export type CommitMode = (typeof commitModes)[number];

/** How to be a member of a group. */
export interface MembershipRequest {
  protocol: GroupProtocol;
  commit: CommitMode;
  instanceId?: string | undefined;
  assignors?: readonly AssignorName[] | undefined;
  remoteAssignor?: string | undefined;
  sessionTimeoutMs?: number | undefined;
}

const inGroup = { dependsOn: ['group'] };

/** The flags of `console-consumer` for members of a group. */
export const groupFlags = {
  group: Flags.string({ description: 'read as a member of this consumer group' }),
  commit: Flags.option({
    options: commitModes,
    description:
      'commit what was printed: never, after each answer of a broker, or every 5 s (default interval)',
    ...inGroup,
  })(),
  'group-instance-id': Flags.string({
    description: 'be the static member of this name, whose partitions wait for it while it restarts',
    ...inGroup,
  }),
  'group-protocol': Flags.option({
    options: groupProtocols,
    description: 'classic, or KIP-848, where the brokers share the partitions out (default classic)',
    ...inGroup,
  })(),
  assignor: Flags.option({
    options: assignorNames,
    description: 'offer this to a classic group, the preferred one first (default all of them)',
    multiple: true,
    multipleNonGreedy: true,
    ...inGroup,
  })(),
  'group-remote-assignor': Flags.string({
    description: "the brokers' assignor of a consumer group: uniform, range",
    ...inGroup,
  }),
  'session-timeout': Flags.custom<number>({
    parse: async (text) => parseDurationMs(text),
    helpValue: '<duration>',
    description: 'a classic member that is not heard of for so long is dropped (default 10s)',
    ...inGroup,
  })(),
};

export interface GroupFlagValues {
  commit?: CommitMode | undefined;
  'group-instance-id'?: string | undefined;
  'group-protocol'?: GroupProtocol | undefined;
  assignor?: AssignorName[] | undefined;
  'group-remote-assignor'?: string | undefined;
  'session-timeout'?: number | undefined;
}

/** @throws a usage error for flags of the other protocol */
export function membershipRequest(flags: GroupFlagValues): MembershipRequest {
  const protocol = flags['group-protocol'] ?? 'classic';
  const foreign = (protocol === 'classic' ? ['group-remote-assignor'] : ['assignor', 'session-timeout']).find(
    (name) => flags[name as keyof GroupFlagValues] !== undefined,
  );
  if (foreign) {
    throw usageError(
      `--${foreign} means nothing to the ${protocol} protocol`,
      protocol === 'classic' ? 'Add --group-protocol consumer.' : 'There the brokers decide it.',
    );
  }
  return {
    protocol,
    commit: flags.commit ?? 'interval',
    instanceId: flags['group-instance-id'],
    assignors: flags.assignor && [...new Set(flags.assignor)],
    remoteAssignor: flags['group-remote-assignor'],
    sessionTimeoutMs: flags['session-timeout'],
  };
}
