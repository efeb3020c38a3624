import * as Flags from '@oclif/core/flags';
import type { ResultDocument } from '../base/result.js';
import type { ZookeeperAccess, ZookeeperFlagValues } from '../cluster/zookeeper/access.js';
import type { OutputFormat } from '../render/document.js';
import type { View } from '../render/view.js';
import { KctlCommand } from './command.js';
import { adminPortFlag, confirmFlags, dryRunFlag, zookeeperFlags } from './flags.js';

interface WordOptions {
  timeoutMs?: number | undefined;
  /** The trace mask that `stmk` sets. */
  mask?: bigint | undefined;
  tls?: ZookeeperAccess['tls'] | undefined;
  all?: boolean;
  adminPort?: number | undefined;
}

/** A four-letter word of ZooKeeper, as src/zk/words.ts makes them. */
interface Word<Document extends ResultDocument = ResultDocument> {
  ask(connectString: string, options: WordOptions): Promise<Document>;
  askRaw(connectString: string, options: WordOptions): Promise<Uint8Array>;
  /** Whether the servers are there to be told it, without telling them. */
  rehearse(connectString: string, options: WordOptions): Promise<{ document: ResultDocument; view: View }>;
  view(document: Document): View;
}

const wordFlags = {
  ...zookeeperFlags,
  ...adminPortFlag,
  all: Flags.boolean({ description: 'ask every member of the ensemble that the servers given know of' }),
  raw: Flags.boolean({ description: "print the server's answer as it comes, whatever --output says" }),
};

interface WordFlagValues extends ZookeeperFlagValues {
  timeout?: number | undefined;
  raw?: boolean;
  all?: boolean;
  'admin-port'?: number | undefined;
  output?: OutputFormat | undefined;
  json?: boolean;
}

interface ChangingFlagValues extends WordFlagValues {
  yes?: boolean;
  'dry-run'?: boolean;
}

/** Asks ZooKeeper one word and shows what it answers. */
export abstract class WordCommand extends KctlCommand {
  static override flags = wordFlags;

  protected abstract readonly word: Word;

  async run(): Promise<void> {
    const { flags } = await this.parse(WordCommand);
    await this.answer(await this.zookeeper(flags), flags);
  }

  protected async answer(access: ZookeeperAccess, flags: WordFlagValues, mask?: bigint): Promise<void> {
    const connectString = access.connectString.value;
    const { all = false, timeout: timeoutMs } = flags;
    const options = { timeoutMs, mask, tls: access.tls, all, adminPort: flags['admin-port'] };
    if (flags.raw) await this.streams.write(await this.word.askRaw(connectString, options));
    else await this.show(await this.word.ask(connectString, options), this.word.view, flags);
  }
}

/** As WordCommand, for the words that change something on the server: it asks a person first. */
export abstract class ChangingWordCommand extends WordCommand {
  static override flags = { ...wordFlags, ...dryRunFlag, ...confirmFlags };

  /** What it does, to be followed by `of <servers>?`. */
  protected abstract readonly effect: string;

  override async run(): Promise<void> {
    const { flags } = await this.parse(ChangingWordCommand);
    await this.change(flags);
  }

  protected async change(flags: ChangingFlagValues, mask?: bigint): Promise<void> {
    const access = await this.zookeeper(flags);
    const question = `${this.effect} of ${flags.all ? 'every server of ' : ''}${access.connectString.value}?`;
    if (flags['dry-run']) {
      const { connectString, tls } = access;
      const options = { timeoutMs: flags.timeout, tls, all: flags.all ?? false };
      const rehearsal = await this.word.rehearse(connectString.value, options);
      return this.show(rehearsal.document, () => rehearsal.view, flags);
    }
    await this.confirm(question, flags);
    await this.answer(access, flags, mask);
  }
}
