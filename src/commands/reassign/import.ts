import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { readKafkaFile, writePlanFile } from '../../reassign/files.js';
import { fromFileFlag, planOutFlags } from '../../reassign/flags.js';
import { planAssignments } from '../../reassign/plan/plan.js';
import { pictureOf, withWarnings } from '../../reassign/planning.js';
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
  static override flags = { ...clusterFlags, ...planOutFlags, ...fromFileFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ReassignImport);
    const wanted = readKafkaFile(args.file);
    const picture = await pictureOf(flags['from-file'], () => this.cluster(flags));
    const plan = withWarnings(planAssignments(picture.snapshot, wanted), picture);
    if (flags['plan-out'] !== undefined) writePlanFile(flags['plan-out'], plan);
    await this.show(plan, (document) => viewPlan(document, flags.throttle ?? null), flags);
  }
}
