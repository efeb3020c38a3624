import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import { test } from 'node:test';
import { defaultKafkaVersion, installKafka } from '../../src/cluster/local/engine.js';
import { findJava } from '../../src/cluster/local/java.js';
import { kraftVersion } from '../support/cluster.js';
import { readCoverage } from '../support/coverage.js';

/** Where Kafka has kept its tools. */
const packages = [
  'org.apache.kafka.tools',
  'org.apache.kafka.tools.consumer',
  'org.apache.kafka.tools.consumer.group',
  'org.apache.kafka.tools.reassign',
  'org.apache.kafka.tools.streams',
  'kafka.admin',
  'kafka.tools',
];

/** An option where a tool lists its options, with one parser (joptsimple) or the other (argparse4j). */
const optionLine = /^(?:\* | {2})?(?:-\w, )?(--[a-zA-Z][\w.-]*)/gm;

for (const version of [defaultKafkaVersion, kraftVersion]) {
  const release = version.replace(/\.\d+$/, '');
  for (const { script, className, rows } of readCoverage()) {
    if (rows.has('every option')) continue;
    test(`docs/coverage.md has every option that ${script} of Kafka ${release} states`, async () => {
      const commands = new Set([...rows.keys()].map((row) => row.split(' ').slice(0, -1).join(' ')));
      const expected = [...rows].filter(([, { only }]) => only === null || only === release);
      const stated: string[] = [];
      for (const command of [...commands].sort()) {
        // Some commands of a tool came with later releases.
        for (const option of await optionsOf(version, className, command))
          stated.push(command === '' ? option : `${command} ${option}`);
      }
      const isToolOfRelease = stated.length > 0;
      if (!isToolOfRelease) assert.ok(expected.length === 0 || release !== '4.3', `${className} is nowhere`);
      else assert.deepEqual([...new Set(stated)].sort(), expected.map(([option]) => option).sort());
    });
  }
}

async function optionsOf(version: string, className: string, command: string): Promise<string[]> {
  const [{ jars }, java] = await Promise.all([installKafka(version), findJava()]);
  for (const folder of packages) {
    const words = [
      '-XX:TieredStopAtLevel=1',
      ...['-cp', jars.join(delimiter), `${folder}.${className}`],
      ...(command === '' ? [] : [command]),
      '--help',
    ];
    const text = await output(java.path, words);
    if (/Could not find or load main class/.test(text)) continue;
    if (/invalid\s+choice/.test(text)) return [];
    const options = [...text.matchAll(optionLine)].map(([, option = '']) => option);
    assert.ok(options.length > 0, text);
    return options;
  }
  return [];
}

function output(program: string, words: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, words, { timeout: 60_000 }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}
