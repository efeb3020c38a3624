import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../cli/command.js';
import { clusterFlags } from '../cli/flags.js';
import { examine } from '../doctor/examine.js';
import { viewDoctorReport } from '../doctor/views.js';

export default class Doctor extends KctlCommand {
  static override summary = 'Say at which stage reaching a cluster fails, why, and what to change.';
  static override description =
    'Each bootstrap server, then each broker at the address that it advertises, from here: name, connection, TLS, Kafka, login, metadata; then what is allowed. Exit code 3 where anything fails.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --round-trip bier-bar -o json',
  ];
  static override flags = {
    ...clusterFlags,
    'round-trip': Flags.string({
      description: 'write a record of 16 bytes to this topic, and read it back',
      helpValue: '<topic>',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const report = await examine(await this.cluster(flags), { roundTrip: flags['round-trip'] });
    await this.show(report, viewDoctorReport, flags);
  }
}
