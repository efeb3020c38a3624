import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { readKafkaFile, readSnapshotFile, writePlanFile } from '../../reassign/files.js';
import { planOutFlags } from '../../reassign/flags.js';
import { planAssignments } from '../../reassign/plan/plan.js';
import { viewPlan } from '../../reassign/views.js';

export default class ReassignImport extends KctlCommand {
  static override summary =
    "Make a plan of a file of Kafka's own reassignment tool, and show what it would do.";
  static override examples = [
    '<%= config.bin %> reassign import kafka.json --from-file cluster.json --plan-out plan.json',
  ];
  static override args = {
    file: Args.string({ required: true, description: 'the JSON file of kafka-reassign-partitions' }),
  };
  static override flags = {
    ...planOutFlags,
    'from-file': Flags.string({
      description: 'a snapshot of the cluster (schemas/ClusterSnapshot.json), - for stdin',
      required: true,
      helpValue: '<file>',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ReassignImport);
    const plan = planAssignments(readSnapshotFile(flags['from-file']), readKafkaFile(args.file));
    if (flags['plan-out'] !== undefined) writePlanFile(flags['plan-out'], plan);
    await this.show(plan, (document) => viewPlan(document, flags.throttle ?? null), flags);
  }
}
