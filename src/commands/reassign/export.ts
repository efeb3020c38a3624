import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { readPlanFile } from '../../reassign/files.js';
import { exportKafkaJson } from '../../reassign/plan/kafka-json.js';

export default class ReassignExport extends KctlCommand {
  static override summary = "Write a plan as the JSON file that Kafka's own reassignment tool reads.";
  static override examples = [
    '<%= config.bin %> reassign export plan.json',
    '<%= config.bin %> reassign export plan.json --inverse',
  ];
  static override args = { plan: Args.string({ required: true, description: 'a file of --plan-out' }) };
  static override flags = {
    inverse: Flags.boolean({ description: 'what takes the plan back' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ReassignExport);
    await this.streams.write(exportKafkaJson(readPlanFile(args.plan).moves, flags.inverse ? 'from' : 'to'));
  }
}
