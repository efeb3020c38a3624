import * as Args from '@oclif/core/args';
import { KctlCommand } from '../cli/command.js';
import { clusterFlags } from '../cli/flags.js';
import { consume } from '../records/consume.js';
import { consumeFlags } from '../records/consume-flags.js';
import { consumeRequest } from '../records/consume-request.js';
import { formatFields } from '../records/format.js';
import { groupFlags } from '../records/group-flags.js';

export default class ConsoleConsumer extends KctlCommand {
  static override aliases = ['consume'];
  static override summary = 'Print the records of topics.';
  static override description = [
    'Without --group no group is touched: every partition is read, from its end on. With --group the partitions are shared among the members, and reading resumes at the committed offset; only what was printed is committed. Kafka’s own consumers can be members beside kctl; one that offers only --assignor cooperative-sticky, or has --group-protocol consumer, reads on while the group rebalances.',
    `--format has fields in braces (${formatFields.join(', ')}) or kcat's letters (%t %p %o %k %s %T %h %K %S), and the escapes \\n \\t \\r \\0 \\xHH \\\\ \\{ %%; a line feed is added unless it ends in \\n, \\0 or \\c. What -o ndjson prints, "produce --input ndjson" writes as it was.`,
    '--where takes == != < <= > >= ~ (matches) !~ && || ! + - * / % on fields such as value.user.id, headers.trace or value["a b"][0]; what is missing is null. --grep and --key look at bytes, before anything is decoded.',
    'What Kafka keeps for itself in __consumer_offsets, __transaction_state and __share_group_state is shown decoded, as Kafka’s formatters do; --formatter takes one of those, to see only its records, or DefaultMessageFormatter for the bytes.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> console-consumer bier-bar --from-beginning --exit-at-end',
    "<%= config.bin %> consume bier-bar --offset -10 --exit-at-end --format '{partition}:{offset} -> {value}'",
    "<%= config.bin %> consume bier-bar --group barfly-group --format '{partition}:{offset}:{consumer} -> {value}'",
    '<%= config.bin %> consume bier-bar --since 15m --max-messages 5 -o ndjson',
    "<%= config.bin %> consume bier-bar --exit-at-end --grep 'beer [0-3]$' --where 'partition < 2 || key != null'",
    '<%= config.bin %> consume bier-bar --tail 3',
    '<%= config.bin %> consume __consumer_offsets --exit-at-end --formatter OffsetsMessageFormatter',
  ];
  static override args = { topics: Args.string({ multiple: true, description: 'topics to read' }) };
  static override flags = { ...clusterFlags, ...consumeFlags, ...groupFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConsoleConsumer);
    const topics = [...(args.topics ?? []), ...(flags.topic ?? [])];
    const request = await consumeRequest(topics, { ...flags, output: this.format(flags) });
    const cluster = await this.cluster(flags);
    const { streams, interrupted } = this;
    await consume(cluster, request, { streams, interrupted, detail: (text) => this.note(text, flags) });
  }
}
