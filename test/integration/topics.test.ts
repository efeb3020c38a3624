import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { sharedClusters, type TestCluster } from '../support/cluster.js';
import { type Run, randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, assertErrors, assertItems } from '../support/schemas.js';

for (const [mode, shared] of sharedClusters) {
  describe(`topics with ${mode}`, () => {
    let cluster: TestCluster;
    before(async () => {
      cluster = await shared();
    });
    const kctl = (...words: string[]): Promise<Run> => runKctl(['topics', ...words], { env: cluster.env });
    const apache = (...words: string[]) =>
      runTool('topics', ['--bootstrap-server', cluster.bootstrapServers, ...words]);

    async function done(...words: string[]): Promise<string> {
      const { code, stdout, stderr } = await kctl(...words);
      assert.deepEqual([code, stderr], [0, ''], `${words.join(' ')}: ${stderr}`);
      return stdout;
    }

    /** What TopicCommand --describe says, in the words of kctl's own document. */
    async function describedByApache(name: string) {
      const { code, stdout, stderr } = await apache('--describe', '--topic', name);
      assert.equal(code, 0, stderr);
      const lines = stdout
        .toString()
        .split('\n')
        .filter((line) => line.includes('Topic:'))
        .map((line) =>
          Object.fromEntries(
            line
              .split('\t')
              .map((part) => part.trim())
              .filter((part) => part.includes(':'))
              .map((part) => [part.slice(0, part.indexOf(':')), part.slice(part.indexOf(':') + 1).trim()]),
          ),
        );
      const [head = {}, ...partitions] = lines;
      const numbers = (text = '') => text.split(',').filter(Boolean).map(Number);
      return {
        name: head.Topic,
        topicId: head.TopicId,
        replicationFactor: Number(head.ReplicationFactor),
        configs: Object.fromEntries(
          (head.Configs ?? '')
            .split(',')
            .filter(Boolean)
            .map((pair) => pair.split('=')),
        ),
        partitions: partitions.map((line) => ({
          partition: Number(line.Partition),
          leader: Number(line.Leader),
          replicas: numbers(line.Replicas),
          isr: numbers(line.Isr),
        })),
      };
    }

    async function describedByKctl(name: string) {
      const { items } = assertDocument(await done('describe', name, '-o', 'json'), 'TopicDescriptionList');
      assert.equal(items.length, 1);
      const [{ topicId, replicationFactor, configs, partitions }] = items;
      return {
        name: items[0].name,
        topicId,
        replicationFactor,
        configs,
        partitions: partitions.map(({ partition, leader, replicas, isr }: Record<string, unknown>) => ({
          partition,
          leader,
          replicas,
          isr,
        })),
      };
    }

    const broker = () => cluster.brokers[0]?.id ?? 1;

    test('what kctl creates, Apache describes the same', async () => {
      const name = randomName('kctl');
      const text = await done(
        ...[
          'create',
          name,
          '--partitions',
          '3',
          '--replication-factor',
          `${Math.min(2, cluster.brokers.length)}`,
        ],
        ...['--config', 'retention.ms=60000', '--config', 'max.message.bytes=1234'],
      );
      assert.match(text, new RegExp(`^TOPIC +RESULT +PARTITIONS +REPLICAS\n${name} +created +3 +`));
      const apache = await describedByApache(name);
      assert.equal(apache.partitions.length, 3);
      assert.deepEqual(
        [apache.configs['retention.ms'], apache.configs['max.message.bytes']],
        ['60000', '1234'],
      );
      const { configs, ...kctl } = await describedByKctl(name);
      const { configs: _, ...rest } = apache;
      assert.deepEqual(kctl, rest);
      assert.deepEqual(configs, { 'retention.ms': '60000', 'max.message.bytes': '1234' });
    });

    test('what Apache creates, kctl describes the same', async () => {
      const name = randomName('apache');
      const { code, stderr } = await apache(
        ...['--create', '--topic', name, '--partitions', '2', '--replication-factor', '1'],
        ...['--config', 'cleanup.policy=compact'],
      );
      assert.equal(code, 0, stderr);
      const { configs, ...kctl } = await describedByKctl(name);
      const { configs: fromApache, ...apacheSays } = await describedByApache(name);
      assert.deepEqual(kctl, apacheSays);
      assert.equal(configs['cleanup.policy'], 'compact');
      assert.equal(fromApache['cleanup.policy'], 'compact');
    });

    test("partitions and replicas are the broker's own where nothing is said", async () => {
      const name = randomName('default');
      const { items } = assertDocument(await done('create', name, '-o', 'json'), 'TopicChangeList');
      const described = await describedByApache(name);
      assert.equal(items[0].partitions, described.partitions.length);
      assert.equal(items[0].replicationFactor, described.replicationFactor);
      assert.equal(items[0].topicId, described.topicId);
    });

    test('replicas are put where --replica-assignment says', async () => {
      const name = randomName('assigned');
      const ids = cluster.brokers.map(({ id }) => id);
      const assignment =
        ids.length >= 3
          ? [
              [3, 1],
              [2, 3],
              [1, 2],
            ]
          : [[broker()], [broker()]];
      await done('create', name, '--replica-assignment', assignment.map((ids) => ids.join(':')).join(','));
      const { partitions } = await describedByApache(name);
      assert.deepEqual(
        partitions.map(({ replicas }) => replicas),
        assignment,
      );
    });

    test('several topics are created and deleted at once', async () => {
      const names = [1, 2, 3].map(() => randomName('several')).sort();
      assert.equal(
        await done('create', ...names, '--partitions', '1', '-o', 'name'),
        `${names.join('\n')}\n`,
      );
      assert.equal(await done('delete', ...names, '--yes', '-o', 'name'), `${names.join('\n')}\n`);
      const list = (await apache('--list')).stdout.toString().split('\n');
      assert.deepEqual(
        names.filter((name) => list.includes(name)),
        [],
      );
    });

    test('list agrees with Apache, with and without its own topics', async () => {
      await done('create', randomName('listed'), '--partitions', '1');
      const excluded = (await apache('--list', '--exclude-internal')).stdout.toString();
      const all = (await apache('--list')).stdout.toString();
      // Other files make and delete topics meanwhile: those that both lists of Apache name are there all the time.
      const listed = new Set((await done('list', '--internal', '-o', 'name')).split('\n'));
      const shown = new Set((await done('list', '-o', 'name')).split('\n'));
      const again = new Set((await apache('--list')).stdout.toString().split('\n'));
      for (const name of all.split('\n').filter((topic) => topic && again.has(topic)))
        assert.ok(listed.has(name), name);
      assert.ok(![...shown].some((name) => name.startsWith('__consumer_offsets')));
      for (const name of excluded.split('\n').filter((topic) => topic && again.has(topic)))
        assert.ok(shown.has(name));
    });

    test('a glob or an expression chooses from the list', async () => {
      const prefix = randomName('chosen');
      await done('create', `${prefix}.a1`, `${prefix}.b1`, `${prefix}.b22`, '--partitions', '1');
      const listed = async (pattern: string) =>
        (await done('list', pattern, '-o', 'name')).split('\n').slice(0, -1);
      assert.deepEqual(await listed(`${prefix}*`), [`${prefix}.a1`, `${prefix}.b1`, `${prefix}.b22`]);
      assert.deepEqual(await listed(`${prefix}.b?`), [`${prefix}.b1`]);
      assert.deepEqual(await listed(`/^${prefix}\\.[ab]1$/`), [`${prefix}.a1`, `${prefix}.b1`]);
      assert.deepEqual(await listed(`${prefix}`), []);
      const { items } = assertDocument(await done('describe', `${prefix}.b*`, '-o', 'json'));
      assert.deepEqual(
        items.map(({ name }: { name: string }) => name),
        [`${prefix}.b1`, `${prefix}.b22`],
      );
    });

    test('every format says the same', async () => {
      const name = randomName('formats');
      await done('create', name, '--partitions', '2', '--replication-factor', '1');
      const list = assertDocument(await done('list', name, '-o', 'json'), 'TopicList');
      assert.deepEqual(assertDocument(await done('list', name, '--json')), list);
      const [item] = list.items;
      assert.deepEqual(assertItems(await done('list', name, '-o', 'ndjson'), 'TopicList'), [
        { kind: 'TopicList', version: 1, ...item },
      ]);
      assert.equal(await done('list', name, '-o', 'name'), `${name}\n`);
      const tsv = `topic\tpartitions\treplicas\tunder-replicated\toffline\tinternal\tid\n${name}\t2\t1\t0\t0\tfalse\t${item.topicId}\n`;
      assert.equal(await done('list', name, '-o', 'tsv'), tsv);
      const table = await done('list', name);
      assert.match(table, new RegExp(`\n${name} +2 +1 +0 +0\n$`));
      assert.ok(!table.includes(item.topicId));
      assert.ok((await done('list', name, '-o', 'wide')).includes(item.topicId));
      assert.ok((await done('list', name, '-o', 'yaml')).includes(`name: ${name}\n`));
      for (const format of ['json', 'ndjson', 'yaml', 'tsv', 'name', 'wide', 'table'])
        assert.ok((await done('describe', name, '-o', format)).includes(name), format);
    });

    test('--sizes adds what lies on disk', async () => {
      const name = randomName('sizes');
      await done('create', name, '--partitions', '1', '--replication-factor', '1');
      const { items } = assertDocument(await done('describe', name, '--sizes', '-o', 'json'));
      assert.deepEqual([items[0].sizeBytes, items[0].partitions[0].sizeBytes], [0, 0]);
      assert.match(await done('describe', name, '--sizes'), /LEADER BYTES/);
    });

    test('a dry run changes nothing and says who checked it', async () => {
      const name = randomName('dry');
      const dry = assertDocument(await done('create', name, '--partitions', '2', '--dry-run', '-o', 'json'));
      assert.deepEqual(
        [dry.dryRun, dry.validatedBy, dry.items[0].result, dry.items[0].topicId],
        [true, 'broker', 'valid', undefined],
      );
      assert.ok(!(await apache('--list')).stdout.toString().split('\n').includes(name));
      await done('create', name, '--partitions', '1');
      assert.match(await done('delete', name, '--dry-run'), /valid \(dry run, checked by the client\)/);
      assert.ok((await apache('--list')).stdout.toString().split('\n').includes(name));
      const taken = await kctl('create', name, '--dry-run');
      assert.deepEqual([taken.code, taken.stdout], [1, '']);
    });

    test('a topic that exists is an error, unless that is fine', async () => {
      const [name, other] = [randomName('taken'), randomName('free')];
      await done('create', name, '--partitions', '1');
      const again = await kctl('create', name);
      assert.deepEqual([again.code, again.stdout], [1, '']);
      assert.match(
        again.stderr,
        new RegExp(`^error: topic ${name}: .*already exists.*\\(TOPIC_ALREADY_EXISTS\\)\n {2}`),
      );
      const { items } = assertDocument(await done('create', name, other, '--if-not-exists', '-o', 'json'));
      assert.deepEqual(
        items.map((item: { name: string; result: string }) => [item.name, item.result]).sort(),
        [
          [name, 'exists'],
          [other, 'created'],
        ].sort(),
      );
    });

    test('what exists and what does not are told apart in one command', async () => {
      const [name, gone] = [randomName('there'), randomName('gone')];
      await done('create', name, '--partitions', '1');
      const { code, stdout, stderr } = await kctl('describe', gone, name, '-o', 'json');
      assert.equal(code, 1);
      const { errors, items } = assertDocument(stdout, 'TopicDescriptionList');
      assert.deepEqual([items.length, errors[0].subject, errors[0].exitCode], [1, `topic ${gone}`, 4]);
      assert.deepEqual(
        assertErrors(stderr).map(({ subject, exitCode }) => [subject, exitCode]),
        [[`topic ${gone}`, 4]],
      );
    });

    test('a name near to one that exists is offered', async () => {
      const name = randomName('nearest');
      await done('create', name, '--partitions', '1');
      const { code, stderr } = await kctl('describe', `${name}s`);
      assert.equal(code, 4);
      assert.match(stderr, new RegExp(`Did you mean ${name}`));
    });

    /** Bad input: the exit code is the same in every format, nothing is on stdout but a document, and no line is lost. */
    const bad: Array<[what: string, words: string[], code: number, says: RegExp]> = [
      [
        'a topic that is not there',
        ['describe', 'kctl-no-such-topic'],
        4,
        /there is no topic kctl-no-such-topic/,
      ],
      ['deleting what is not there', ['delete', 'kctl-no-such-topic', '--yes'], 4, /there is no topic/],
      ['an illegal name', ['create', 'no spaces'], 1, /INVALID_TOPIC_EXCEPTION/],
      ['a name of dots', ['create', '..'], 1, /INVALID_TOPIC_EXCEPTION/],
      ['a name too long', ['create', 'x'.repeat(250)], 1, /INVALID_TOPIC_EXCEPTION/],
      ['an illegal name to describe', ['describe', 'no spaces'], 1, /INVALID_TOPIC_EXCEPTION/],
      ['0 partitions', ['create', 'x', '--partitions', '0'], 2, /0 partitions/],
      ['100,000 partitions', ['create', 'x', '--partitions', '100000'], 2, /100000 partitions/],
      ['partitions that are no number', ['create', 'x', '--partitions', 'x'], 2, /--partitions/],
      [
        'more replicas than brokers',
        ['create', 'x', '--replication-factor', '9'],
        1,
        /INVALID_REPLICATION_FACTOR/,
      ],
      ['a broker that is not there', ['create', 'x', '--replica-assignment', '99'], 1, /no live broker 99/],
      ['no key=value', ['create', 'x', '--config', 'retention.ms'], 2, /is not key=value/],
      ['an unknown configuration key', ['create', 'x', '--config', 'retention=1'], 1, /INVALID_CONFIG/],
      ['a configuration out of range', ['create', 'x', '--config', 'retention.ms=-7'], 1, /INVALID_CONFIG/],
      ['an expression that is none', ['list', '/(/'], 2, /not a regular expression/],
      ['an unknown flag', ['create', 'x', '--partition', '3'], 2, /Did you mean --partitions\?/],
      ['no name', ['create'], 2, /create what/],
      ['deleting without a word of consent', ['delete', 'x'], 2, /--yes/],
      [
        'two ways to place replicas',
        ['create', 'x', '--replica-assignment', '1', '--partitions', '1'],
        2,
        /--partitions/,
      ],
    ];
    for (const [what, words, code, says] of bad) {
      test(`${what}: exit ${code} in every format`, async () => {
        for (const format of ['table', 'json', 'ndjson', 'yaml', 'tsv', 'name']) {
          const run = await kctl(...words, '-o', format);
          assert.equal(run.code, code, `${format}: ${run.stderr}`);
          assert.match(run.stderr, says);
          assert.ok(!/\n\s+at .*:\d+/.test(run.stderr), 'no stack');
          if (format === 'json') {
            assert.ok(assertErrors(run.stderr).some(({ exitCode }) => exitCode === code));
            if (run.stdout) assertDocument(run.stdout);
          } else if (format === 'table') {
            assert.equal(run.stdout, '');
            assert.ok(run.stderr.trimEnd().split('\n').length <= 3, run.stderr);
          } else if (format === 'name' || format === 'ndjson') assert.equal(run.stdout, '');
        }
        const list = await apache('--list');
        assert.ok(!list.stdout.toString().split('\n').includes('x'));
      });
    }

    test('a topic that was created is known to every broker at once', async () => {
      for (let round = 0; round < 20; round++) {
        const name = randomName('spread');
        await done('create', name, '--partitions', '3');
        const servers = cluster.bootstrapServers.split(',');
        const runs = await Promise.all(
          servers.map((server) => kctl('describe', name, '-b', server, '-o', 'json')),
        );
        for (const run of runs) {
          assert.equal(run.code, 0, run.stderr);
          const [topic] = assertDocument(run.stdout, 'TopicDescriptionList').items;
          assert.deepEqual([topic.partitions.length, topic.offlinePartitions], [3, 0]);
        }
        await done('delete', name, '--yes');
        const gone = await Promise.all(servers.map((server) => kctl('describe', name, '-b', server)));
        assert.deepEqual(
          gone.map((run) => run.code),
          servers.map(() => 4),
        );
      }
    });
  });
}
