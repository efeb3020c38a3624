/**
 * `kctl perf produce` and `kctl perf consume` beside Kafka's own ProducerPerformance and ConsumerPerformance: 100-byte
 * records, 3 partitions, in turns, against one local cluster. LINES and RUNS set how many records and runs there are.
 * What counts is the rate that each says itself: the start of a JVM is no part of it.
 */
import { spawnSync } from 'node:child_process';
import { kctl, quantile, runs, withCluster } from './support/bench.mjs';

const records = Number(process.env.LINES ?? 5_000_000);

await withCluster(({ ask, kafkaVersion, server, tool }) => {
  console.log('## Performance tools\n');
  const [bootstrap] = server.slice(1);
  const rates = { 'perf produce': [], ProducerPerformance: [], 'perf consume': [], ConsumerPerformance: [] };
  const java = (main, words) => {
    const [program, ...rest] = tool(`org.apache.kafka.tools.${main}`, '512M');
    const { status, stdout, stderr } = spawnSync(program, [...rest, ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${main} ended with ${status}: ${stderr}`);
    return stdout;
  };
  const kctlRate = (words) => {
    const flags = ['--num-records', String(records), '--reporting-interval', '1h', ...server, '-o', 'json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, [kctl, 'perf', ...words, ...flags], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`kctl perf ${words[0]} ended with ${status}: ${stderr}`);
    return JSON.parse(stdout).recordsPerSec;
  };
  for (let run = 0; run < runs; run++) {
    for (const own of [true, false]) {
      const topic = `bench-${run}-${own ? 'kctl' : 'kafka'}`;
      ask(['topics', 'create', topic, '--partitions', '3', ...server]);
      if (own)
        rates['perf produce'].push(kctlRate(['produce', topic, '--record-size', '100', '--acks', '1']));
      else {
        const words = ['--topic', topic, '--num-records', String(records), '--record-size', '100'];
        const props = ['--throughput', '-1', '--producer-props', `bootstrap.servers=${bootstrap}`, 'acks=1'];
        const printed = java('ProducerPerformance', [...words, ...props]);
        rates.ProducerPerformance.push(Number(/([\d.]+) records\/sec[^\n]*99\.9th/.exec(printed)?.[1]));
      }
    }
    const topic = `bench-${run}-kctl`;
    rates['perf consume'].push(kctlRate(['consume', topic]));
    const words = ['--bootstrap-server', bootstrap, '--topic', topic, '--messages', String(records)];
    const printed = java('ConsumerPerformance', [...words, '--hide-header', '--timeout', '60000']);
    // …, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec
    rates.ConsumerPerformance.push(Number(printed.trim().split(/,\s*/).at(-1)));
    for (const name of [topic, `bench-${run}-kafka`]) ask(['topics', 'delete', name, '--yes', ...server]);
  }
  console.log(`### ${records.toLocaleString('en')} records of 100 bytes, acknowledged by the leader\n`);
  console.log('| program | records/s, median | least – most |\n| --- | --- | --- |');
  const shown = (rate) => Math.round(rate).toLocaleString('en');
  for (const [name, all] of Object.entries(rates)) {
    const program = name.startsWith('perf') ? `\`kctl ${name}\`` : `Kafka ${kafkaVersion} \`${name}\``;
    console.log(
      `| ${program} | ${shown(quantile(all, 0.5))} | ${shown(Math.min(...all))} – ${shown(Math.max(...all))} |`,
    );
  }
  const times = (own, theirs) => (quantile(rates[own], 0.5) / quantile(rates[theirs], 0.5)).toFixed(1);
  console.log(
    `\nThat is ${times('perf produce', 'ProducerPerformance')} times ProducerPerformance, and ${times('perf consume', 'ConsumerPerformance')} times ConsumerPerformance without its rebalance.\n`,
  );
});
