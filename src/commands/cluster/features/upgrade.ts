import * as Args from '@oclif/core/args';
import { viewFeatureChanges } from '../../../brokers/broker-views.js';
import { parseFeatureLevel, updateFeatures } from '../../../brokers/features.js';
import { KctlCommand } from '../../../cli/command.js';
import { controllerFlags, dryRunFlag, variadic } from '../../../cli/flags.js';

export default class ClusterFeaturesUpgrade extends KctlCommand {
  static override summary = 'Raise the levels of features that the cluster has agreed on.';
  static override description =
    'Raise metadata.version only when every broker runs the new release: the way back may lose metadata.';
  static override examples = [
    '<%= config.bin %> cluster features upgrade metadata.version=25 --dry-run || echo "not with this cluster"',
  ];
  static override args = { feature: Args.string({ required: true, description: 'feature=level' }) };
  static override strict = false;
  static override flags = { ...controllerFlags, ...dryRunFlag };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ClusterFeaturesUpgrade);
    const levels = variadic(argv).map(parseFeatureLevel);
    const options = { levels, direction: 'upgrade' as const, dryRun: flags['dry-run'] };
    await this.show(await updateFeatures(await this.cluster(flags), options), viewFeatureChanges, flags);
  }
}
