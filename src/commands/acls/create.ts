import * as Flags from '@oclif/core/flags';
import { applyAcls, planAcls, presentAcls } from '../../acls/change.js';
import { parseAclFile } from '../../acls/file.js';
import { ruleFlags, rulesOf } from '../../acls/flags.js';
import { viewAclChanges } from '../../acls/views.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag } from '../../cli/flags.js';
import { readBytes } from '../../cli/input.js';

export default class AclsCreate extends KctlCommand {
  static override summary = 'Create ACLs: rules of who may, or may not, do what.';
  static override description =
    'Rules that are there already stay as they are. With --file the rules of a file are created; with --prune too, all others are deleted: --dry-run shows the difference first.';
  static override examples = [
    '<%= config.bin %> acls create --allow-principal User:alice --producer --topic orders',
    '<%= config.bin %> acls create --allow-principal User:bob --consumer --topic ord --group bar --resource-pattern-type prefixed',
    '<%= config.bin %> acls create --deny-principal User:eve --deny-host 127.0.0.9 --operation read --topic orders',
    '<%= config.bin %> acls create --file acls.yaml --prune --dry-run',
  ];
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    ...confirmFlags,
    ...ruleFlags,
    file: Flags.string({
      description: 'take the rules of a file, as acls list --export writes it ("-" is standard input)',
      exclusive: Object.keys(ruleFlags).filter((name) => name !== 'resource-pattern-type'),
      helpValue: '<file>',
    }),
    prune: Flags.boolean({
      description: 'delete every rule that the file does not have',
      dependsOn: ['file'],
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(AclsCreate);
    const { file, prune, 'dry-run': dryRun } = flags;
    const wanted =
      file === undefined
        ? rulesOf(flags)
        : await parseAclFile((await readBytes(file, this.streams)).toString(), file);
    const cluster = await this.cluster(flags);
    const plan = planAcls(await presentAcls(cluster), wanted, prune);
    const { length } = plan.delete;
    if (length > 0 && !dryRun)
      await this.confirm(`Delete ${length} rules that ${file} does not have?`, flags);
    await this.show(await applyAcls(cluster, plan, { dryRun }), viewAclChanges, flags);
  }
}
