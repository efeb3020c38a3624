import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../cli/command.js';
import { clusterFlags, durationFlag } from '../cli/flags.js';
import { decodeFlags, openCodecs } from '../records/codecs/flags.js';
import { consume } from '../records/consume.js';
import { consumeRequest, isolationLevels } from '../records/consume-request.js';
import { formatFields } from '../records/format.js';
import { groupFlags } from '../records/group-flags.js';

const several = { multiple: true, multipleNonGreedy: true } as const;
const whole = ['from-beginning', 'group'];
const isolation = Flags.option({ options: isolationLevels, default: 'read_uncommitted' });

export default class ConsoleConsumer extends KctlCommand {
  static override aliases = ['consume'];
  static override summary = 'Print the records of topics.';
  static override description = [
    'Without --group no group is touched: every partition is read, from its end on. With --group the partitions are shared among the members, and reading resumes at the committed offset; only what was printed is committed. Kafka’s own consumers can be members beside kctl; one that offers only --assignor cooperative-sticky, or has --group-protocol consumer, reads on while the group rebalances.',
    `--offset is N, +N behind the beginning, -N before the end, earliest or latest. --format has fields in braces (${formatFields.join(', ')}) or kcat's letters (%t %p %o %k %s %T %h %K %S), and the escapes \\n \\t \\r \\0 \\xHH \\\\ \\{ %%; a line feed is added unless it ends in \\n, \\0 or \\c.`,
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> console-consumer bier-bar --from-beginning --exit-at-end',
    "<%= config.bin %> consume bier-bar --offset -10 --exit-at-end --format '{partition}:{offset} -> {value}'",
    "<%= config.bin %> consume bier-bar --group barfly-group --format '{partition}:{offset}:{consumer} -> {value}'",
    '<%= config.bin %> consume bier-bar --from-beginning --max-messages 5 -o json',
  ];
  static override args = { topics: Args.string({ multiple: true, description: 'topics to read' }) };
  static override flags = {
    ...{ ...clusterFlags, ...decodeFlags, ...groupFlags },
    topic: Flags.string({ ...several, description: "a topic to read, in Kafka's own way" }),
    'from-beginning': Flags.boolean({
      description: 'start at the first record; in a group: if none is known',
    }),
    offset: Flags.string({ description: 'start at earliest, latest, N, +N or -N', exclusive: whole }),
    partition: Flags.integer({
      ...several,
      min: 0,
      description: 'only this partition',
      exclusive: ['group'],
    }),
    'max-messages': Flags.integer({ min: 1, description: 'end after so many records' }),
    'exit-at-end': Flags.boolean({ description: 'read what is there now, from the beginning, and end' }),
    'isolation-level': isolation({
      description: 'read_committed leaves out what transactions did not commit',
    }),
    format: Flags.string({ description: 'what to print of each record; wins over --output' }),
    'consumer-name': Flags.string({ description: 'what {consumer} prints (default consumer-<process id>)' }),
    'delivery-timeout': durationFlag({ description: 'end after so long without an answer (default 2m)' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConsoleConsumer);
    const topics = [...(args.topics ?? []), ...(flags.topic ?? [])];
    const output = this.format(flags);
    const request = consumeRequest(topics, { ...flags, output }, await openCodecs(flags));
    const cluster = await this.cluster(flags);
    const { streams, interrupted } = this;
    await consume(cluster, request, { streams, interrupted, detail: (text) => this.note(text, flags) });
  }
}
