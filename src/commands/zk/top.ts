import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { adminPortFlag, durationFlag, zookeeperFlags } from '../../cli/flags.js';
import { watchTop } from '../../ensemble/top.js';
import { keysInWords, linesAround, pressKey, sortTop, topColumns, viewTop } from '../../ensemble/top-view.js';

export default class ZkTop extends KctlCommand {
  static override summary = 'Watch what the servers of an ensemble and their clients do.';
  static override description =
    'Requests (packets received, pings among them), latency, connections and watches, sorted, again and again. On a terminal it is drawn in place, with keys: q quits, space pauses, i inverts, the first letter of a column sorts by it. Elsewhere each table, or line of JSON, stands below the one before.';
  static override examples = [
    '<%= config.bin %> zk top -z zk1:2181,zk2:2181,zk3:2181 --count 3 --interval 1s',
    '<%= config.bin %> zk top --sort latency --watches --count 1 -o ndjson',
  ];
  static override flags = {
    ...zookeeperFlags,
    ...adminPortFlag,
    interval: durationFlag({ char: 'i', description: 'how often', default: 2000 }),
    count: Flags.integer({ description: 'end after so many', min: 1 }),
    sort: Flags.option({ options: topColumns, default: 'requests', description: 'sort by this column' })(),
    reverse: Flags.boolean({ description: 'the smallest first' }),
    clients: Flags.integer({ description: 'show no more clients than these', min: 0 }),
    watches: Flags.boolean({
      description: "count each client's watches too, by wchc, which costs a server time",
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkTop);
    const access = await this.zookeeper(flags);
    const { clients = Number.POSITIVE_INFINITY, count, reverse: reversed, sort } = flags;
    const watch = (signal: AbortSignal, givesFirst: boolean) =>
      watchTop(access, {
        ...{ count, givesFirst, signal, intervalMs: flags.interval, countsWatches: flags.watches },
        ...{ timeoutMs: flags.timeout, adminPort: flags['admin-port'] },
      });
    if (this.isLive(flags)) {
      return this.showLive((signal) => watch(signal, true), flags, {
        state: { sort, reversed, paused: false },
        keys: keysInWords,
        press: pressKey,
        view: (top, state, { rows }) => viewTop(top, state, Math.min(clients, rows - linesAround(top))),
      });
    }
    for await (const top of watch(this.ended, false)) {
      const sorted = sortTop(top, { sort, reversed });
      const shown = { ...sorted, clients: sorted.clients.slice(0, clients) };
      await this.showNext(shown, (each) => viewTop(each, { sort, reversed }), flags);
    }
  }
}
