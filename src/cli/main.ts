import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@oclif/core/config';
import { usageError } from '../base/errors.js';
import { packageRoot } from '../base/package-root.js';
import { nearestNames } from '../base/units.js';
import type { KctlCommand } from './command.js';
import { failureOf } from './failure.js';

type CommandClass = (new (argv: string[], config: Config) => KctlCommand) & Pick<typeof KctlCommand, 'start'>;

/** Every command's id (`topics:list`) and how to load its module. */
export type CommandTable = Record<string, () => Promise<{ default: CommandClass }>>;

/** Other names of commands, which their classes state for the help as well. */
const aliases: Record<string, string> = { consume: 'console-consumer', produce: 'console-producer' };

/**
 * Runs one command line. oclif's own start reads the package, its plug-ins and its manifest each time;
 * here the command's words lead straight to its module, and oclif is asked only for help.
 */
export async function main(argv: string[], table: CommandTable): Promise<void> {
  try {
    const found = findCommand(argv, table);
    if (argv[0] === '--version' || argv[0] === 'version') {
      process.stdout.write(`kctl/${version()} ${process.platform}-${process.arch} node-${process.version}\n`);
    } else if (asksForHelp(argv) || argv[0] === 'help') {
      await showHelp(argv);
    } else if (found) {
      const { default: command } = await found.load();
      await command.start(found.id, found.rest);
    } else if (isTopic(argv, table)) {
      await showHelp(argv);
    } else {
      throw unknownCommand(argv, table);
    }
  } catch (error) {
    const { exitCode, lines } = failureOf(error);
    process.stderr.write(`error: ${lines.join('\n')}\n`);
    process.exitCode = exitCode;
  }
}

interface FoundCommand {
  id: string;
  rest: string[];
  load: CommandTable[string];
}

/** The longest run of words that is a command's id; ids are at most three words long. */
function findCommand(argv: string[], table: CommandTable): FoundCommand | undefined {
  for (let words = Math.min(3, argv.length); words > 0; words--) {
    const typed = argv.slice(0, words).join(':');
    const id = aliases[typed] ?? typed;
    const load = Object.hasOwn(table, id) ? table[id] : undefined;
    if (load) return { id, rest: argv.slice(words), load };
  }
  return undefined;
}

function asksForHelp(argv: string[]): boolean {
  const end = argv.indexOf('--');
  return argv.length === 0 || (end < 0 ? argv : argv.slice(0, end)).includes('--help');
}

function isTopic(argv: string[], table: CommandTable): boolean {
  return argv.length === 1 && Object.keys(table).some((id) => id.startsWith(`${argv[0]}:`));
}

async function showHelp(argv: string[]): Promise<void> {
  const [{ Config: FullConfig }, { Help }] = await Promise.all([
    import('@oclif/core/config'),
    import('@oclif/core/help'),
  ]);
  const root = packageRoot();
  const config = await FullConfig.load({ root });
  const words = argv.filter((word) => word !== '--help' && word !== 'help');
  const ids = words.filter((word) => !word.startsWith('-'));
  let id = ids.map((word) => aliases[word] ?? word).join(':');
  while (id !== '' && !config.findCommand(id) && !config.findTopic(id))
    id = id.slice(0, Math.max(0, id.lastIndexOf(':')));
  await new Help(config, config.pjson.oclif.helpOptions).showHelp(id === '' ? [] : [id]);
}

function unknownCommand(argv: string[], table: CommandTable): Error {
  const words = argv.filter((word) => !word.startsWith('-')).slice(0, 2);
  const typed = words.join(' ');
  const near = nearestNames(
    typed,
    Object.keys(table).map((id) => id.replaceAll(':', ' ')),
  );
  const hint =
    near.length > 0 ? `Did you mean: ${near.map((name) => `kctl ${name}`).join(', ')}?` : 'See: kctl --help';
  return usageError(`"${typed || argv[0]}" is not a command of kctl`, hint);
}

function version(): string {
  const { version: text } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return text;
}
