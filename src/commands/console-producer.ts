import * as Args from '@oclif/core/args';
import { KctlCommand } from '../cli/command.js';
import { clusterFlags } from '../cli/flags.js';
import { openCodecs } from '../records/codecs/flags.js';
import { produceLines } from '../records/produce.js';
import { produceFlags, produceRequest } from '../records/produce-flags.js';
import { describeSummary, viewProduceSummary } from '../records/produce-summary.js';

export default class ConsoleProducer extends KctlCommand {
  static override aliases = ['produce'];
  static override summary = 'Write lines to a topic.';
  static override description =
    `Each line of standard input, of files or of --template becomes a record. Bytes go through unchanged; a line
ends at a line feed and at nothing else, so a carriage return before it is kept. Records without a key go round the
partitions; a key decides as in Kafka's own clients. With --acks all each record is written once, through retries.

Ctrl-C ends the input and delivers what was accepted. A summary is on stderr, or with -o json on stdout.`;
  static override examples = [
    'echo "Bier bought" | <%= config.bin %> console-producer bier-bar',
    '<%= config.bin %> console-producer bier-bar --template "Bier bought at \'{now}\'" --count 3',
    '<%= config.bin %> console-producer bier-bar orders.txt --key-separator : --compression zstd -o json',
    '<%= config.bin %> produce bier-bar --template "{n}" --rate 100/s --partition 0',
  ];
  static override args = {
    topic: Args.string({
      multiple: true,
      description: 'the topic, and the files to write to it; without files it is standard input ("-")',
    }),
  };
  static override flags = { ...clusterFlags, ...produceFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConsoleProducer);
    const request = produceRequest(args.topic ?? [], flags, await openCodecs(flags));
    const cluster = await this.cluster(flags);
    const { streams } = this;
    const summary = await produceLines(cluster, request, {
      input: streams.input,
      interrupted: this.interrupted,
      note: (text) => streams.note(text),
    });
    const asked = flags.json || flags.output !== undefined;
    if (!asked) streams.note(describeSummary(summary));
    await this.show(summary, asked ? viewProduceSummary : () => ({ sections: [], names: [] }), flags);
  }
}
