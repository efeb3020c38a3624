import { usageError } from '../base/errors.js';
import { renderJson } from '../base/json.js';
import { type ManifestFlag, readManifest } from '../base/manifest.js';
import { compareNames } from '../base/names.js';

/** The tree of commands, or those below some words, as JSON for programs that build upon kctl. */
export function helpJson(words: string[]): string {
  const prefix = words.join(':');
  const commands = readManifest().filter(
    ({ id, aliases }) =>
      prefix === '' || [id, ...aliases].some((each) => `${each}:`.startsWith(`${prefix}:`)),
  );
  if (commands.length === 0)
    throw usageError(`"${words.join(' ')}" is not a command of kctl`, 'See: kctl --help');
  const items = commands.map((command) => ({
    name: command.id.replaceAll(':', ' '),
    aliases: command.aliases.map((alias) => alias.replaceAll(':', ' ')),
    summary: command.summary,
    description: command.description,
    args: Object.values(command.args).map(({ name, description, required = false, options }) => {
      return { name, description, required, repeats: command.strict === false, options };
    }),
    flags: Object.values(command.flags)
      .sort((a, b) => compareNames(a.name, b.name))
      .map(flagOf),
    examples: (command.examples ?? []).map((line) => line.replaceAll('<%= config.bin %>', 'kctl')),
  }));
  return `${renderJson({ kind: 'CommandList', version: 1, items, warnings: [], errors: [] }, 2)}\n`;
}

function flagOf(flag: ManifestFlag) {
  const { name, char, type, description, helpValue, helpGroup, options, env, exclusive, dependsOn } = flag;
  return {
    ...{
      name,
      char,
      takesValue: type === 'option',
      value: helpValue,
      description,
      group: helpGroup,
      options,
    },
    ...{ default: flag.default, env, repeats: flag.multiple ?? false, required: flag.required ?? false },
    ...{ exclusive, dependsOn },
  };
}
