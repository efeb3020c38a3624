import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { viewFeatureChanges } from '../../../brokers/broker-views.js';
import { parseFeatureLevel, updateFeatures } from '../../../brokers/features.js';
import { KctlCommand } from '../../../cli/command.js';
import { controllerFlags, dryRunFlag, typedConfirmFlags, variadic } from '../../../cli/flags.js';

export default class ClusterFeaturesDowngrade extends KctlCommand {
  static override summary = 'Lower the levels of features, or with level 0 turn them off.';
  static override description =
    'The controller refuses what would lose metadata, unless --unsafe is given and consented to.';
  static override examples = [
    '<%= config.bin %> cluster features downgrade metadata.version=24 --dry-run || echo "not with this cluster"',
  ];
  static override args = { feature: Args.string({ required: true, description: 'feature=level' }) };
  static override strict = false;
  static override flags = {
    ...controllerFlags,
    ...dryRunFlag,
    ...typedConfirmFlags,
    unsafe: Flags.boolean({ description: 'even if metadata are lost' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ClusterFeaturesDowngrade);
    const levels = variadic(argv).map(parseFeatureLevel);
    const dryRun = flags['dry-run'];
    if (flags.unsafe && !dryRun)
      await this.confirmTyped('An unsafe downgrade may lose metadata for ever.', 'unsafe', flags);
    const direction = flags.unsafe ? ('unsafe-downgrade' as const) : ('downgrade' as const);
    const options = { levels, direction, dryRun };
    await this.show(await updateFeatures(await this.cluster(flags), options), viewFeatureChanges, flags);
  }
}
