import { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import type { Input, ParserOutput } from '@oclif/core/interfaces';
import { ExitCode, usageError } from '../base/errors.js';
import { exitCodeOf, type ResultDocument } from '../base/result.js';
import type { Cluster, ClusterFlagValues } from '../cluster/index.js';
import { hasOpenJournals, openJournalNote } from '../cluster/open-journals.js';
import type { ZookeeperAccess, ZookeeperFlagValues } from '../cluster/zookeeper/access.js';
import type { OutputFormat } from '../render/document.js';
import { renderDocument } from '../render/document.js';
import type { View } from '../render/view.js';
import { failureOf, renderFailure, renderItemError, wantsDebug, wantsJson } from './failure.js';
import { outputFlags } from './flags.js';
import type { LiveView } from './live.js';
import { parseFailure } from './parse-failure.js';
import { Interruption } from './signals.js';
import { Streams } from './streams.js';

interface OutputFlagValues {
  output?: OutputFormat | undefined;
  json?: boolean;
  verbose?: boolean;
  debug?: boolean;
}

interface ConfirmFlagValues extends ClusterFlagValues {
  yes?: boolean;
  'confirm-context'?: string | undefined;
  zookeeper?: string | undefined;
}

/** What oclif's parser gives for flags or arguments: its own name for it is not exported. */
type Parsed = Record<string, unknown>;

/**
 * What every command is built on: it parses, opens what the command asks for, shows one result, and is the
 * only place that decides the exit code. oclif's own `--json` path is not used: it loses exit codes.
 */
export abstract class KctlCommand extends Command {
  static override baseFlags = outputFlags;

  protected readonly streams = new Streams();
  #interruption: Interruption | undefined;
  #closers: Array<() => Promise<void>> = [];
  #ended: AbortSignal | undefined;
  #hasShown = false;

  /** Runs the command with the words that follow its name. */
  static async start<C extends KctlCommand>(
    this: new (
      argv: string[],
      config: Config,
    ) => C,
    id: string,
    argv: string[],
  ): Promise<void> {
    const command = new this(argv, bareConfig);
    command.id = id;
    await command._run();
  }

  /** oclif looks for deprecations here, of which there are none. */
  protected override async init(): Promise<void> {}

  /**
   * Cures two habits of oclif: a switch that is not given is false here, and not undefined, unless it can be
   * given as `--no-…`, where not to say it is a third thing;
   * and a missing argument is never read from standard input, which is data.
   */
  protected override async parse<F extends Parsed, B extends Parsed, A extends Parsed>(
    options?: Input<F, B, A>,
    argv?: string[],
  ): Promise<ParserOutput<F, B, A>> {
    for (const arg of Object.values(options?.args ?? {})) arg.ignoreStdin = true;
    const parsed = await super.parse(options, argv).catch((error) => {
      throw parseFailure(error);
    });
    const flags: Parsed = parsed.flags;
    for (const [name, flag] of Object.entries(options?.flags ?? {})) {
      if (flag.type === 'boolean' && !flag.allowNo) flags[name] ??= false;
    }
    return parsed;
  }

  /** Aborted when the command should end: on SIGINT, SIGTERM or SIGHUP. */
  protected get interrupted(): AbortSignal {
    this.#interruption ??= new Interruption();
    return this.#interruption.signal;
  }

  /** As `interrupted`, and aborted too when nobody reads stdout any more. */
  protected get ended(): AbortSignal {
    this.#ended ??= AbortSignal.any([this.interrupted, this.streams.closed]);
    return this.#ended;
  }

  /** Opens the cluster that flags, environment and files name; closed when the command ends. */
  protected async cluster(flags: ClusterFlagValues & OutputFlagValues): Promise<Cluster> {
    const { openCluster } = await import('../cluster/index.js');
    const cluster = await openCluster(flags, {
      ask: (question) => this.streams.askSecret(question),
      ...(flags.debug ? { trace: (line: string) => this.streams.note(line) } : {}),
      ...(flags.verbose || flags.debug ? { note: (line: string) => this.streams.note(line) } : {}),
    });
    this.#closers.push(async () => cluster.close());
    if (hasOpenJournals() && !this.id?.startsWith('reassign'))
      this.onClose(() => this.#tellOfJournal(cluster));
    return cluster;
  }

  /** A reassignment that was left must not be forgotten. Of a cluster that could not be reached nothing is asked. */
  async #tellOfJournal(cluster: Cluster): Promise<void> {
    if (process.exitCode === ExitCode.unreachable || process.exitCode === ExitCode.timedOut) return;
    const note = await openJournalNote(cluster);
    if (note !== undefined) this.streams.note(note);
  }

  /** How to reach the ZooKeeper that flags, environment and files name. */
  protected async zookeeper(flags: ZookeeperFlagValues): Promise<ZookeeperAccess> {
    const { resolveZookeeper } = await import('../cluster/zookeeper/access.js');
    return resolveZookeeper(flags);
  }

  /** Waits for what is being opened; it is closed when the command ends. */
  protected async opened<Opened extends { close(): Promise<void> }>(
    opening: Promise<Opened>,
  ): Promise<Opened> {
    const resource = await opening;
    this.onClose(() => resource.close());
    return resource;
  }

  /** Runs when the command ends, however it ends; the last one added runs first. */
  protected onClose(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  /** The format asked for; `fallback` where nothing was. */
  protected format(flags: OutputFlagValues, fallback: OutputFormat = 'table'): OutputFormat {
    return flags.json ? 'json' : (flags.output ?? fallback);
  }

  /** Shows the one result of the command; its errors and warnings go to stderr too, and into the exit code. */
  protected async show<Doc extends ResultDocument>(
    document: Doc,
    toView: (document: Doc) => View,
    flags: OutputFlagValues,
  ): Promise<void> {
    const text = await renderDocument(
      document,
      () => toView(document),
      this.format(flags),
      this.streams.colour,
    );
    await this.streams.write(text);
    for (const warning of document.warnings ?? []) this.streams.note(`warning: ${warning}`);
    const json = wantsJson(this.argv);
    for (const error of document.errors ?? []) this.streams.note(renderItemError(error, json));
    process.exitCode = exitCodeOf(document);
  }

  /** Shows one of several results that come one after another: JSON is a line each. */
  protected async showNext<Doc extends ResultDocument>(
    document: Doc,
    toView: (document: Doc) => View,
    flags: OutputFlagValues,
  ): Promise<void> {
    const format = this.format(flags);
    if (this.#hasShown && (format === 'table' || format === 'wide')) await this.streams.write('\n');
    this.#hasShown = true;
    await this.show(document, toView, { output: format === 'json' ? 'ndjson' : format });
  }

  /** Whether results that come one after another are drawn in place of each other. */
  protected isLive(flags: OutputFlagValues): boolean {
    const format = this.format(flags);
    return this.streams.outputIsScreen && (format === 'table' || format === 'wide');
  }

  /** Draws results in place of each other, and gives a person keys. */
  protected async showLive<Doc, State extends { paused: boolean }>(
    documents: (signal: AbortSignal) => AsyncIterable<Doc>,
    flags: OutputFlagValues,
    view: LiveView<Doc, State>,
  ): Promise<void> {
    const { showLive } = await import('./live.js');
    const wide = this.format(flags) === 'wide';
    await showLive(documents, view, { colour: this.streams.colour, wide, signal: this.ended });
  }

  /** Ends with the exit code of a program that was run on the user's behalf. */
  protected passExitCode(code: number): void {
    process.exitCode = code;
  }

  /** Says something to a person who asked for more with `--verbose`. */
  protected note(text: string, flags: OutputFlagValues): void {
    if (flags.verbose || flags.debug) this.streams.note(text);
  }

  /**
   * Asks before something is destroyed; without a terminal it takes `--yes`. In a protected context it asks for the
   * context's name, and takes that as `--confirm-context` only.
   */
  protected async confirm(question: string, flags: ConfirmFlagValues): Promise<void> {
    const context = await this.#protectedContext(flags);
    const given = flags['confirm-context'];
    if (given !== undefined && given !== context)
      throw usageError(
        `--confirm-context names ${given}, and this is done in ${context ?? 'no protected context'}`,
        'Nothing was done.',
      );
    if (given !== undefined || (flags.yes && context === undefined)) return;
    const consent = context === undefined ? '--yes' : `--confirm-context ${context}`;
    if (!this.streams.inputIsTty)
      throw usageError(
        `this asks first: ${question}`,
        `There is no terminal to ask on: add ${consent}. Nothing was done.`,
      );
    const asked = context === undefined ? '[y/N]' : `The context ${context} is protected. Type its name:`;
    const answer = (await this.streams.ask(`${question} ${asked} `)).trim();
    if (context === undefined ? !/^y(es)?$/i.test(answer) : answer !== context)
      throw usageError('Nothing was done.');
  }

  async #protectedContext(flags: ConfirmFlagValues): Promise<string | undefined> {
    const { flags: known } = this.constructor as typeof KctlCommand;
    if (!Object.hasOwn(known, 'context')) return undefined;
    const { protectedContext } = await import('../cluster/config.js');
    return protectedContext(flags, Object.hasOwn(known, 'zookeeper') ? 'zookeeper' : 'kafka');
  }

  /** Asks for a word before something is done that may lose records; without a terminal it takes `--confirm`. */
  protected async confirmTyped(
    what: string,
    word: string,
    flags: { confirm?: string | undefined },
  ): Promise<void> {
    if (flags.confirm === word) return;
    if (flags.confirm !== undefined || !this.streams.inputIsTty)
      throw usageError(what, `Consent is --confirm ${word}. Nothing was done.`);
    const answer = await this.streams.ask(`${what} Type ${word} to go on: `);
    if (answer.trim() !== word) throw usageError('Nothing was done.');
  }

  protected override async catch(thrown: Error): Promise<void> {
    const failure = failureOf(thrown);
    if (wantsDebug(this.argv) && thrown.stack) this.streams.note(thrown.stack);
    this.streams.note(renderFailure(failure, wantsJson(this.argv)));
    process.exitCode = failure.exitCode;
  }

  protected override async finally(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
    if (this.streams.closed.aborted) process.exitCode = ExitCode.done;
    else if (this.#interruption?.exitCode !== undefined) process.exitCode = this.#interruption.exitCode;
  }
}

/**
 * What a running command needs of oclif's Config. The real one reads the package, its plug-ins and the
 * manifest, which costs tens of milliseconds and serves only help.
 */
const bareConfig = {
  bin: 'kctl',
  runHook: async () => ({ successes: [], failures: [] }),
  scopedEnvVar: () => undefined,
  scopedEnvVarKey: (name: string) => `KCTL_${name}`,
  scopedEnvVarKeys: (name: string) => [`KCTL_${name}`],
} as unknown as Config;
