import * as Flags from '@oclif/core/flags';
import { applyAcls, planDeletion, presentAcls } from '../../acls/change.js';
import { parseAclFile } from '../../acls/file.js';
import { filtersOf, selectFlags } from '../../acls/flags.js';
import { listAcls } from '../../acls/list.js';
import { viewAclChanges } from '../../acls/views.js';
import { usageError } from '../../base/errors.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag } from '../../cli/flags.js';
import { readBytes } from '../../cli/input.js';

export default class AclsDelete extends KctlCommand {
  static override summary = 'Delete the ACLs that flags choose, or those of a file.';
  static override description =
    'What is deleted is what was found before it asked, and nothing that came since.';
  static override examples = [
    '<%= config.bin %> acls delete --principal User:eve --dry-run',
    '<%= config.bin %> acls delete --topic orders --operation read --permission deny --yes',
    '<%= config.bin %> acls delete --file acls.yaml --yes',
  ];
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    ...confirmFlags,
    ...selectFlags,
    file: Flags.string({
      description: 'those of a file, as acls list --export writes it ("-" is standard input)',
      exclusive: Object.keys(selectFlags).filter((name) => name !== 'resource-pattern-type'),
      helpValue: '<file>',
    }),
    all: Flags.boolean({ description: 'every rule that there is', exclusive: ['file'] }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(AclsDelete);
    const { all, file, 'dry-run': dryRun } = flags;
    const filters = filtersOf(flags);
    const chooses = filters.some((filter) => Object.keys(filter).some((name) => name !== 'patternType'));
    if (file === undefined && chooses === all)
      throw usageError(
        'delete which rules?',
        'Choose them, for example by --topic or --principal, or say --all.',
      );
    const cluster = await this.cluster(flags);
    const unwanted =
      file === undefined
        ? (await listAcls(cluster, filters)).items
        : await parseAclFile((await readBytes(file, this.streams)).toString(), file);
    const plan = planDeletion(file === undefined ? unwanted : await presentAcls(cluster), unwanted);
    const { length } = plan.delete;
    if (length > 0 && !dryRun)
      await this.confirm(`Delete ${length} ${length === 1 ? 'rule' : 'rules'}?`, flags);
    await this.show(await applyAcls(cluster, plan, { dryRun }), viewAclChanges, flags);
  }
}
