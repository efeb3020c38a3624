import * as Flags from '@oclif/core/flags';

/** What a request says, and where it goes. */
export const requestFlags = {
  body: Flags.string({
    description: 'the fields as JSON; what is not given has its default',
    helpValue: '<json>',
  }),
  file: Flags.string({
    description: 'a file with the fields as JSON ("-" is standard input): the place for secrets',
    exclusive: ['body'],
    helpValue: '<file>',
  }),
  to: Flags.string({
    description: 'any, controller, broker:1, group:bar or transactional-id:x (default: where it belongs)',
  }),
  'api-version': Flags.integer({
    description: 'in this version (default: the newest that both sides speak)',
    min: 0,
  }),
  fields: Flags.boolean({
    description: 'show the fields of the message and of its answer, and send nothing',
  }),
};
