import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { variadic } from '../../cli/flags.js';
import { lookUpErrors, viewErrors } from '../../requests/errors.js';

export default class ErrorsLookup extends KctlCommand {
  static override summary = "Say what Kafka's error codes and names mean, and whether clients try again.";
  static override examples = [
    '<%= config.bin %> errors lookup 72',
    '<%= config.bin %> errors lookup NOT_LEADER_OR_FOLLOWER UnknownTopicOrPartitionException',
    '<%= config.bin %> errors lookup -o tsv',
  ];
  static override args = { error: Args.string({ description: 'codes or names; all without any' }) };
  static override strict = false;

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ErrorsLookup);
    await this.show(lookUpErrors(variadic(argv)), viewErrors, flags);
  }
}
