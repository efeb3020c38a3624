/**
 * Writes docs/commands.md, the reference of all commands, from the manifest that the build makes of them.
 * With --check it writes nothing, and exits 1 when the file is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { root } from './commands.mjs';

const file = join(root, 'docs', 'commands.md');

await buildAll();
const { commands: byId } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'));
const commands = Object.keys(byId)
  .sort()
  .map((id) => byId[id]);
const reference = `${[...introduction(), ...sharedFlags(), ...commands.flatMap(section)].join('\n\n')}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, reference);
} else if (readFileSync(file, 'utf8') !== reference) {
  console.error('docs/commands.md is not what the commands say; write it anew with: npm run docs');
  process.exit(1);
}

function introduction() {
  const rows = commands.map(({ id, summary }) => [`[${nameOf(id)}](#${anchorOf(id)})`, prose(summary)]);
  return [
    '# Commands',
    'Written by `npm run docs` from the commands themselves. `kctl <command> --help` says the same.',
    table(['command', 'what it does'], rows),
  ];
}

/** Flags that stand in a group are told once, here. */
function sharedFlags() {
  const groups = new Map();
  for (const { flags } of commands) {
    for (const flag of Object.values(flags)) {
      if (flag.helpGroup === undefined) continue;
      if (!groups.has(flag.helpGroup)) groups.set(flag.helpGroup, new Map());
      groups.get(flag.helpGroup).set(flag.name, flag);
    }
  }
  const titles = { GLOBAL: 'Flags of every command', CONNECTION: 'Flags of commands that connect' };
  return [...groups].flatMap(([group, flags]) => [
    `## ${titles[group] ?? group}`,
    flagTable([...flags.values()]),
  ]);
}

function section({ id, summary, description, args, aliases, examples = [], flags }) {
  const own = Object.values(flags).filter(({ helpGroup }) => helpGroup === undefined);
  const parameters = Object.values(args);
  const connects = ['bootstrap-server', 'zookeeper'].filter((name) => name in flags);
  const also = aliases.map((alias) => `\`kctl ${alias.replaceAll(':', ' ')}\``).join(', ');
  return [
    `## ${nameOf(id)}`,
    ...[summary, description].filter(Boolean).map(prose),
    code([[`kctl ${nameOf(id)}`, ...parameters.map((arg) => usageOf(arg, byId[id])), '[flags]'].join(' ')]),
    ...(also ? [`Also: ${also}.`] : []),
    ...(parameters.length > 0
      ? [
          table(
            ['argument', 'meaning'],
            parameters.map((arg) => [`\`${arg.name}\``, meaningOf(arg)]),
          ),
        ]
      : []),
    ...(own.length > 0 ? [flagTable(own)] : []),
    ...(connects.length > 0 ? [`Connects by ${connects.map((name) => `\`--${name}\``).join(', ')}.`] : []),
    code(examples.map((example) => example.replaceAll('<%= config.bin %>', 'kctl'))),
  ];
}

function flagTable(flags) {
  const sorted = flags.sort((a, b) => (a.name < b.name ? -1 : 1));
  return table(
    ['flag', 'meaning'],
    sorted.map((flag) => [wordsOf(flag), meaningOf(flag)]),
  );
}

function wordsOf({ name, char, type, helpValue, multiple }) {
  const value = type === 'boolean' ? '' : ` ${helpValue ?? '<value>'}`;
  const short = char ? `\`-${char}\`, ` : '';
  return `${short}\`--${name}${value}\`${multiple ? ' …' : ''}`.replaceAll('|', '\\|');
}

function meaningOf({ description = '', options, default: fallback, env, exclusive, dependsOn }) {
  const names = (flags) => flags.map((name) => `\`--${name}\``).join(', ');
  const more = [
    options && `one of ${options.map((option) => `\`${option}\``).join(', ')}`,
    fallback !== undefined && `default \`${fallback}\``,
    env && `environment \`${env}\``,
    exclusive && `not with ${names(exclusive)}`,
    dependsOn && `only with ${names(dependsOn)}`,
  ];
  return [prose(description), ...more.filter(Boolean)].join('; ');
}

/** Text that Markdown shows as it is. */
function prose(text) {
  return text.replace(/[\\*_<|[\]`]/g, '\\$&');
}

function usageOf({ name, required, multiple, options }, { strict }) {
  const word = options?.length === 1 ? options[0] : `<${name}>`;
  const words = `${word}${multiple || strict === false ? '…' : ''}`;
  return required ? words : `[${words}]`;
}

function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(lines) {
  return `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
}

function nameOf(id) {
  return id.replaceAll(':', ' ');
}

function anchorOf(id) {
  return id.replaceAll(':', '-');
}
