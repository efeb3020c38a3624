import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  defaultKafkaVersion,
  installKafka,
  unpackedEngine,
  verifyJars,
} from '../../../src/cluster/local/engine.js';
import {
  enginePom,
  parseChecksums,
  pinnedVersions,
  readDefinition,
} from '../../../src/cluster/local/engine-definition.js';
import { findJava } from '../../../src/cluster/local/java.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-engine-'));
const before = { ...process.env };
after(() => {
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true, force: true });
});

const sumOf = (text: string) => createHash('sha256').update(text).digest('hex');

function jarsIn(name: string, jars: Record<string, string>): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [jar, content] of Object.entries(jars)) writeFileSync(join(path, jar), content);
  return path;
}

/** Puts a program of this name, and nothing else but the shell's own, in the PATH. */
function onlyProgram(name: string, script: string): void {
  const path = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(path, name), 0o755);
  process.env.PATH = path;
  delete process.env.JAVA_HOME;
}

test('jars are held to the list: one that differs, is missing or is not in it is named', async () => {
  const sums = new Map([
    ['a.jar', sumOf('a')],
    ['b.jar', sumOf('b')],
  ]);
  await verifyJars(jarsIn('good', { 'a.jar': 'a', 'b.jar': 'b' }), sums);
  for (const [name, jars, says] of [
    ['differs', { 'a.jar': 'a', 'b.jar': 'B' }, /^b\.jar has another checksum/],
    ['missing', { 'a.jar': 'a' }, /^b\.jar is missing/],
    ['extra', { 'a.jar': 'a', 'b.jar': 'b', 'c.jar': 'c' }, /^c\.jar is not in the list/],
  ] as const) {
    await assert.rejects(verifyJars(jarsIn(name, jars), sums), { code: 'ENGINE_CHECKSUM', message: says });
  }
});

test('a checksum list is read line by line and strictly', () => {
  const sum = sumOf('a');
  assert.deepEqual([...parseChecksums(`${sum}  a.jar\n`)], [['a.jar', sum]]);
  for (const bad of [`${sum}  ../a.jar\n`, 'abc  a.jar\n', `${sum} a.jar\n`])
    assert.throws(() => parseChecksums(bad), { code: 'ENGINE_CHECKSUM' });
});

test('every pinned engine has a list that holds its own jar', () => {
  assert.ok(pinnedVersions('kafka').includes(defaultKafkaVersion));
  for (const product of ['kafka', 'zookeeper'] as const) {
    for (const version of pinnedVersions(product)) {
      const { sums } = readDefinition(product, version);
      const jar = product === 'kafka' ? `kafka_2.13-${version}.jar` : `zookeeper-${version}.jar`;
      assert.ok(sums?.has(jar), `${product} ${version}`);
    }
  }
});

test('a version without a list has a pom that is made for it, and none that is too old or no version', () => {
  assert.equal(readDefinition('kafka', '3.6.1').sums, null);
  assert.match(enginePom('kafka', '3.6.1'), /<artifactId>kafka_2\.13<.artifactId><version>3\.6\.1</);
  assert.match(enginePom('kafka', '3.6.1'), /slf4j-reload4j/);
  assert.match(enginePom('kafka', '4.0.0'), /log4j-core/);
  assert.match(enginePom('zookeeper', '3.6.4'), /metrics-core/);
  assert.doesNotMatch(enginePom('zookeeper', '3.5.10'), /metrics-core/);
  for (const version of ['2.3.1', '3.9', '4.0.0</version>', '']) {
    assert.throws(() => readDefinition('kafka', version), { code: 'USAGE' }, version);
  }
});

test('jars of a version without a list are held to what the first fetch brought', async () => {
  process.env.KCTL_CACHE_DIR = join(folder, 'cache4');
  const maven = (content: string) =>
    onlyProgram(
      'mvn',
      `for word; do case $word in -DoutputDirectory=*) to=\${word#*=};; esac; done
       PATH=/bin:/usr/bin; mkdir -p "$to"; printf ${content} > "$to/kafka_2.13-3.6.1.jar"`,
    );
  const said: string[] = [];
  maven('first');
  const { jars, pinned, mode } = await installKafka('3.6.1', { progress: (text) => said.push(text) });
  assert.deepEqual([jars.length, pinned, mode], [1, false, 'zookeeper']);
  assert.match(said.join('\n'), /was not tested with Apache Kafka 3\.6\.1[\s\S]*recorded/);
  rmSync(join(jars[0] ?? '', '..', '..'), { recursive: true });
  maven('other');
  await assert.rejects(installKafka('3.6.1'), { code: 'ENGINE_CHECKSUM', message: /another checksum/ });
  maven('first');
  assert.equal((await installKafka('3.6.1')).jars.length, 1);
});

test('a mode that a version does not know is refused', async () => {
  await assert.rejects(installKafka('2.8.2', { mode: 'kraft' }), { code: 'USAGE', message: /KRaft/ });
  await assert.rejects(installKafka('4.0.0', { mode: 'zookeeper' }), { code: 'USAGE', message: /ZooKeeper/ });
});

test('an engine whose jars are not those of the list is not put in place', async () => {
  process.env.KCTL_CACHE_DIR = join(folder, 'cache');
  onlyProgram(
    'mvn',
    `for word; do case $word in -DoutputDirectory=*) to=\${word#*=};; esac; done
     PATH=/bin:/usr/bin; mkdir -p "$to"; echo not Kafka > "$to/evil.jar"`,
  );
  await assert.rejects(installKafka(defaultKafkaVersion), {
    code: 'ENGINE_CHECKSUM',
    message: /^evil\.jar is not in the list/,
  });
  assert.deepEqual(readdirSync(join(folder, 'cache', 'engine')), []);
});

test('what Maven says is shown', async () => {
  process.env.KCTL_CACHE_DIR = join(folder, 'cache2');
  onlyProgram('mvn', 'echo "[ERROR] Could not transfer artifact x: unknown host"; exit 1');
  await assert.rejects(installKafka(defaultKafkaVersion), {
    code: 'ENGINE_FETCH',
    words: 'Could not transfer artifact x: unknown host',
  });
});

test('missing Maven and missing Java are told with the way to get them', async () => {
  process.env.KCTL_CACHE_DIR = join(folder, 'cache3');
  onlyProgram('nothing', '');
  await assert.rejects(installKafka(defaultKafkaVersion), { code: 'MAVEN_MISSING', hint: /maven/ });
  await assert.rejects(findJava(), { code: 'JAVA_MISSING', hint: /JAVA_HOME/ });
});

test('a Java that is too old is passed over, and named when there is no other', async () => {
  onlyProgram('java', 'echo \'openjdk version "11.0.2" 2019-01-15\' >&2');
  await assert.rejects(findJava(), { code: 'JAVA_MISSING', words: /java is version 11\.0\.2/ });
  onlyProgram('java', 'echo \'openjdk version "21.0.1" 2023-10-17\' >&2');
  assert.equal((await findJava()).version, '21.0.1');
});

test('an unpacked Kafka says its version and mode by its jar', () => {
  for (const [jar, version, mode] of [
    ['kafka_2.12-2.4.1.jar', '2.4.1', 'zookeeper'],
    ['kafka_2.13-4.3.0.jar', '4.3.0', 'kraft'],
  ] as const) {
    const home = join(folder, version);
    jarsIn(join(version, 'libs'), { [jar]: '', 'kafka_2.13-test-sources.jar': '', 'other.jar': '' });
    const engine = unpackedEngine(home);
    assert.deepEqual([engine.version, engine.mode, engine.jars.length], [version, mode, 3]);
  }
  assert.throws(() => unpackedEngine(folder), { code: 'USAGE' });
});
