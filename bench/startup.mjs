/**
 * What it takes to start kctl, beside an empty Node program, Kafka's own TopicCommand and, where it is
 * installed, kcat: all in one run against one local cluster, taken in turns so that a busy moment of the
 * machine meets all of them alike. Prints a Markdown table of medians. RUNS sets how many runs each has.
 */
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { installed, java, kctl, measure, withCluster } from './support/bench.mjs';

const runs = Number(process.env.RUNS ?? 15);

await withCluster(({ ask, bootstrapServers, kafkaVersion, libs, server }) => {
  ask(['topics', 'create', 'bier-bar', ...server]);

  const empty = { name: '`node -e 0`', words: [process.execPath, '-e', '0'] };
  const programs = installed([
    empty,
    { name: '`kctl --version`', words: [process.execPath, kctl, '--version'] },
    { name: '`kctl topics list`', words: [process.execPath, kctl, 'topics', 'list', ...server] },
    {
      name: `Kafka ${kafkaVersion} \`TopicCommand --list\``,
      words: [java, '-cp', join(libs, '*'), 'org.apache.kafka.tools.TopicCommand', '--list', ...server],
    },
    { name: '`kcat -L`', words: ['kcat', '-L', '-b', bootstrapServers], optional: 'kcat' },
  ]);

  const times = new Map(programs.map((program) => [program, []]));
  // The first round fills the caches of the system and of V8, and does not count.
  for (let round = 0; round <= runs; round++) {
    for (const program of programs) {
      const ms = measure(program.words);
      if (round > 0) times.get(program).push(ms);
    }
  }
  print(programs, times, empty);
});

function print(programs, times, baseline) {
  const median = (program) => quantile(times.get(program), 0.5);
  const round = (ms) => `${Math.round(ms)} ms`;
  const signed = (ms) => `${ms < 0 ? '' : '+'}${round(ms)}`;
  const rows = programs.map((program) => [
    program.name,
    round(median(program)),
    `${round(quantile(times.get(program), 0.1))} – ${round(quantile(times.get(program), 0.9))}`,
    program === baseline ? '' : signed(median(program) - median(baseline)),
  ]);
  const header = ['program', 'median', '10 % – 90 %', 'above an empty Node program'];
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const [{ model }, { length }] = [cpus()[0], cpus()];
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  console.log(`## Start-up\n\n${runs} runs each, in turns, on ${length} × ${model.trim()}, ${memory}, \
${type()} ${release()}, Node ${process.version}.\n\n${lines.join('\n')}`);
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)];
}
