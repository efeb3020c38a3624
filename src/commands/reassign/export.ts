import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { readPlanFile } from '../../reassign/files.js';
import { currentAssignment } from '../../reassign/live-snapshot.js';
import { exportKafkaJson } from '../../reassign/plan/kafka-json.js';

export default class ReassignExport extends KctlCommand {
  static override summary =
    "Write a plan, or where replicas are now, as the JSON file that Kafka's own reassignment tool reads.";
  static override examples = [
    '<%= config.bin %> reassign export plan.json',
    '<%= config.bin %> reassign export plan.json --inverse',
    "<%= config.bin %> reassign export --topics 'bier-*' > now.json",
  ];
  static override args = {
    plan: Args.string({ description: 'a file of --plan-out; without one it is what there is now' }),
  };
  static override flags = {
    ...clusterFlags,
    inverse: Flags.boolean({ description: 'what takes the plan back' }),
    topics: Flags.string({
      description: 'only these (names, globs, /expressions/)',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<pattern>',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ReassignExport);
    const moves =
      args.plan === undefined
        ? await currentAssignment(await this.cluster(flags), flags.topics ?? [])
        : readPlanFile(args.plan).moves;
    await this.streams.write(exportKafkaJson(moves, flags.inverse ? 'from' : 'to'));
  }
}
