import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { writePlanFile } from '../../reassign/files.js';
import { fromFileFlag, intentFlags, planOutFlags, ruleFlags } from '../../reassign/flags.js';
import { pictureOf, planFor } from '../../reassign/planning.js';
import { viewPlan } from '../../reassign/views.js';

export default class ReassignPlan extends KctlCommand {
  static override summary = 'Plan where replicas should be, with the fewest bytes moved, and change nothing.';
  static override description =
    'The rules and the balance that are asked for hold first; where a balance cannot be reached the plan says so. Then the fewest bytes move, and the plan states how few any plan could do with. Several wishes can be had at once.';
  static override examples = [
    '<%= config.bin %> reassign plan --leaders',
    '<%= config.bin %> reassign plan --from-file cluster.json --drain 3',
    '<%= config.bin %> reassign plan --from-file cluster.json --rebalance --tolerance 5% --throttle 50MB/s',
    '<%= config.bin %> reassign plan --from-file cluster.json --drain 1 --rebalance --plan-out plan.json',
    "<%= config.bin %> reassign plan --from-file cluster.json --replication-factor 2 --topics 'bier-*' -o json",
  ];
  static override flags = {
    ...clusterFlags,
    ...intentFlags,
    ...ruleFlags,
    ...planOutFlags,
    ...fromFileFlag,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ReassignPlan);
    const picture = await pictureOf(flags['from-file'], () => this.cluster(flags));
    const plan = planFor(picture, flags);
    if (flags['plan-out'] !== undefined) writePlanFile(flags['plan-out'], plan);
    await this.show(plan, (document) => viewPlan(document, flags.throttle ?? null), flags);
  }
}
