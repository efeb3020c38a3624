import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ManifestCommand, readManifest } from '../../src/base/manifest.js';
import { readCoverage } from '../support/coverage.js';

const commands = readManifest();
const everyFlag = new Set(commands.flatMap(({ flags }) => Object.keys(flags)));
const tools = readCoverage();

for (const { script, className, rows } of tools) {
  test(`docs/coverage.md: each option of ${script} has an answer, and what it names is there`, () => {
    assert.notEqual(className, '');
    assert.notEqual(rows.size, 0);
    for (const [option, { answer }] of rows) {
      const spans = [...answer.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
      const isRefusal = /^not offered, because \S/.test(answer);
      assert.ok(isRefusal || spans.length > 0, `${option}: "${answer}"`);
      for (const span of spans.filter((each) => /^[a-z-]/.test(each))) checkWords(span, option);
    }
  });
}

test('the table has the tools that Kafka has', () => {
  const scripts = tools.map(({ script }) => script);
  assert.equal(new Set(scripts).size, scripts.length);
  for (const script of [
    'kafka-topics',
    'kafka-acls',
    'kafka-configs',
    'kafka-consumer-groups',
    'zookeeper-shell',
  ])
    assert.ok(scripts.includes(script), script);
  assert.ok(scripts.length >= 45, `${scripts.length}`);
});

/** A command of kctl with flags of it; a topic of commands; or a flag that commands have. */
function checkWords(span: string, option: string): void {
  const words = span.split(' ').filter((word) => word !== 'kctl');
  const firstFlag = words.findIndex((word) => word.startsWith('-'));
  const names = firstFlag < 0 ? words : words.slice(0, firstFlag);
  const flags = (firstFlag < 0 ? [] : words.slice(firstFlag)).filter((word) => word.startsWith('-'));
  if (names.length === 0) {
    for (const flag of flags) assert.ok(isGeneral(flag), `${option}: no command has ${flag}`);
    return;
  }
  const command = commandOf(names);
  const isTopic = commands.some(({ id }) => id.startsWith(`${names.join(':')}:`));
  assert.ok(command !== undefined || isTopic, `${option}: there is no command "${names.join(' ')}"`);
  for (const flag of flags)
    assert.ok(command && hasFlag(command, flag), `${option}: no ${flag} in ${names.join(' ')}`);
}

function commandOf(names: string[]): ManifestCommand | undefined {
  for (let length = Math.min(3, names.length); length > 0; length--) {
    const found = commands.find(({ id }) => id === names.slice(0, length).join(':'));
    if (found) return found;
  }
  return undefined;
}

function isGeneral(flag: string): boolean {
  return ['--help', '--version'].includes(flag) || everyFlag.has(flag.replace(/^--/, ''));
}

function hasFlag({ flags }: ManifestCommand, flag: string): boolean {
  return Object.values(flags).some(({ name, char }) => flag === `--${name}` || flag === `-${char}`);
}
