import * as Flags from '@oclif/core/flags';
import type { TopicFilter } from './filter.js';

/** Flags of commands that show topics: those in some state only. */
export const filterFlags = {
  'under-replicated': Flags.boolean({ description: 'only where a replica is not in sync' }),
  offline: Flags.boolean({ description: 'only where there is no leader' }),
  'under-min-isr': Flags.boolean({
    description: 'only where fewer replicas are in sync than acks=all asks for',
  }),
  'at-min-isr': Flags.boolean({ description: 'only where one replica less would be too few for acks=all' }),
  'with-overrides': Flags.boolean({ description: 'only topics with configurations of their own' }),
};

export function topicFilter(flags: {
  'under-replicated': boolean;
  offline: boolean;
  'under-min-isr': boolean;
  'at-min-isr': boolean;
  'with-overrides': boolean;
}): TopicFilter {
  return {
    underReplicated: flags['under-replicated'],
    offline: flags.offline,
    underMinIsr: flags['under-min-isr'],
    atMinIsr: flags['at-min-isr'],
    withOverrides: flags['with-overrides'],
  };
}
