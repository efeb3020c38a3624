import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@oclif/core/config';
import { usageError } from '../base/errors.js';
import { nearestNames } from '../base/names.js';
import { packageRoot } from '../base/package-root.js';
import type { KctlCommand } from './command.js';
import { failureOf, ownWords, renderFailure, wantsDebug, wantsJson } from './failure.js';

type CommandClass = (new (argv: string[], config: Config) => KctlCommand) & Pick<typeof KctlCommand, 'start'>;

/** Every command's id (`topics:list`) and how to load its module. */
export type CommandTable = Record<string, () => Promise<{ default: CommandClass }>>;

/** Other names of commands, which their classes state for the help as well. */
export const aliases: Record<string, string> = { consume: 'console-consumer', produce: 'console-producer' };

/**
 * Runs one command line. oclif's own start reads the package, its plug-ins and its manifest each time;
 * here the command's words lead straight to its module, and oclif is asked only for help.
 */
export async function main(argv: string[], table: CommandTable): Promise<void> {
  try {
    const help = asksForHelp(argv);
    const words = leadingWords(argv[0] === 'help' ? argv.slice(1) : argv);
    const found = findCommand(words, table);
    if (argv[0] === '--version' || argv[0] === 'version') {
      process.stdout.write(`kctl/${version()} ${process.platform}-${process.arch} node-${process.version}\n`);
    } else if (ownWords(argv).includes('--help-json')) {
      const [{ helpJson }, { Streams }] = await Promise.all([
        import('./help-json.js'),
        import('./streams.js'),
      ]);
      await new Streams().write(helpJson(words));
    } else if ((help && (found || words.length === 0)) || (isTopic(words, table) && !names(found, words))) {
      await showHelp(found?.id ?? words.join(':'));
    } else if (found) {
      const { default: command } = await found.load();
      await command.start(found.id, argv.slice(found.length));
    } else {
      throw unknownCommand(argv, words, table);
    }
  } catch (error) {
    const failure = failureOf(error);
    if (wantsDebug(argv) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.stderr.write(`${renderFailure(failure, wantsJson(argv))}\n`);
    process.exitCode = failure.exitCode;
  }
}

interface FoundCommand {
  id: string;
  /** How many words name it. */
  length: number;
  load: CommandTable[string];
}

/** The longest run of words that is a command's id; ids are at most three words long. */
function findCommand(words: string[], table: CommandTable): FoundCommand | undefined {
  for (let length = Math.min(3, words.length); length > 0; length--) {
    const typed = words.slice(0, length).join(':');
    const id = aliases[typed] ?? typed;
    const load = Object.hasOwn(table, id) ? table[id] : undefined;
    if (load) return { id, length, load };
  }
  return undefined;
}

/** Whether a command has just these words; others may begin with them. */
function names(found: FoundCommand | undefined, words: string[]): boolean {
  return found !== undefined && found.length === words.length;
}

function asksForHelp(argv: string[]): boolean {
  return argv.length === 0 || argv[0] === 'help' || ownWords(argv).includes('--help');
}

/** The words before the first flag. */
function leadingWords(argv: string[]): string[] {
  const flag = argv.findIndex((word) => word.startsWith('-'));
  return flag < 0 ? argv : argv.slice(0, flag);
}

function isTopic(words: string[], table: CommandTable): boolean {
  return words.length > 0 && Object.keys(table).some((id) => id.startsWith(`${words.join(':')}:`));
}

async function showHelp(id: string): Promise<void> {
  const { Config: FullConfig, Help } = await import('./help.js');
  const config = await FullConfig.load({ root: packageRoot() });
  await new Help(config, config.pjson.oclif.helpOptions).showHelp(id === '' ? [] : [id]);
}

function unknownCommand(argv: string[], words: string[], table: CommandTable): Error {
  const [first = argv[0] ?? ''] = words;
  const ids = Object.keys(table);
  const topics = ids.filter((id) => id.includes(':')).map((id) => id.slice(0, id.indexOf(':')));
  const inTopic = topics.includes(first);
  const typed = inTopic ? words.slice(0, 2).join(' ') : first;
  const commands = [...ids.map((id) => id.replaceAll(':', ' ')), ...Object.keys(aliases)];
  const near = inTopic
    ? nearestNames(typed, commands)
    : [
        ...nearestNames(words.slice(0, 2).join(' '), commands),
        ...nearestNames(first, [...topics, ...commands]),
      ];
  const meant = [...new Set(near)].map((name) => `kctl ${name}`);
  const hint =
    meant.length > 0 ? `Did you mean: ${meant.join(', ')}?` : `See: kctl ${inTopic ? `${first} ` : ''}--help`;
  return usageError(`"${typed}" is not a command of kctl`, hint);
}

function version(): string {
  const { version: text } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return text;
}
