import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { variadic } from '../../cli/flags.js';
import { dumpFiles } from '../../logs/dump.js';
import { dumpFlags, dumpRequest } from '../../logs/flags.js';

export default class LogDump extends KctlCommand {
  static override summary = "Show what is in the files of a broker's log directory.";
  static override description =
    "Segments (.log), KRaft's snapshots (.checkpoint), indexes (.index, .timeindex, .txnindex) and the state of producers (.snapshot); of a folder all of them. Checksums, order and lengths are checked, and whether indexes point at batches; any fault makes the exit code 5. The broker should be stopped: one that runs is still writing.\n\nWith --deep -o ndjson records are printed as console-consumer does, so that `produce --input ndjson` writes them again. Kafka's own topics are decoded, but for what is secret in KRaft's metadata.";
  static override examples = [
    '<%= config.bin %> log dump bier-bar-0/00000000000000000000.log --deep',
    '<%= config.bin %> log dump bier-bar-0 --verify',
    '<%= config.bin %> log dump bier-bar-0 --deep -o ndjson',
  ];
  static override args = { files: Args.string({ description: 'files, or folders that hold them' }) };
  static override strict = false;
  static override flags = dumpFlags;

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(LogDump);
    const request = await dumpRequest(variadic(argv), { ...flags, output: this.format(flags) });
    await dumpFiles(request, this.streams, this.interrupted);
  }
}
