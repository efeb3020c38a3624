import * as Flags from '@oclif/core/flags';
import type { ResultDocument } from '../base/result.js';
import type { OutputFormat } from '../render/document.js';
import type { View } from '../render/view.js';
import { KctlCommand } from './command.js';
import { confirmFlags, zookeeperFlags } from './flags.js';

interface WordOptions {
  timeoutMs?: number | undefined;
  /** The trace mask that `stmk` sets. */
  mask?: bigint | undefined;
}

/** A four-letter word of ZooKeeper, as src/zk/words.ts makes them. */
interface Word<Document extends ResultDocument = ResultDocument> {
  ask(connectString: string, options: WordOptions): Promise<Document>;
  askRaw(connectString: string, options: WordOptions): Promise<Uint8Array>;
  view(document: Document): View;
}

const wordFlags = {
  ...zookeeperFlags,
  raw: Flags.boolean({ description: "print the server's answer as it comes, whatever --output says" }),
};

interface WordFlagValues {
  zookeeper?: string | undefined;
  timeout?: number | undefined;
  raw?: boolean;
  output?: OutputFormat | undefined;
  json?: boolean;
}

/** Asks ZooKeeper one word and shows what it answers. */
export abstract class WordCommand extends KctlCommand {
  static override flags = wordFlags;

  protected abstract readonly word: Word;

  async run(): Promise<void> {
    const { flags } = await this.parse(WordCommand);
    await this.answer(await this.zookeeper(flags), flags);
  }

  protected async answer(connectString: string, flags: WordFlagValues, mask?: bigint): Promise<void> {
    const options = { timeoutMs: flags.timeout, mask };
    if (flags.raw) await this.streams.write(await this.word.askRaw(connectString, options));
    else await this.show(await this.word.ask(connectString, options), this.word.view, flags);
  }
}

/** As WordCommand, for the words that change something on the server: it asks a person first. */
export abstract class ChangingWordCommand extends WordCommand {
  static override flags = { ...wordFlags, ...confirmFlags };

  /** What it does, to be followed by `of <servers>?`. */
  protected abstract readonly effect: string;

  override async run(): Promise<void> {
    const { flags } = await this.parse(ChangingWordCommand);
    await this.change(flags);
  }

  protected async change(flags: WordFlagValues & { yes?: boolean }, mask?: bigint): Promise<void> {
    const connectString = await this.zookeeper(flags);
    await this.confirm(`${this.effect} of ${connectString}?`, flags);
    await this.answer(connectString, flags, mask);
  }
}
