/**
 * Runs the measurements in this folder, one after another, and writes what they print to docs/benchmarks.md, with a
 * plot beside it. `BENCH=consume,startup npm run bench` runs these only and prints. None of them asserts a time.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { basename, join } from 'node:path';
import { comparisons, java, runs } from './support/bench.mjs';
import { plot } from './support/plot.mjs';

const wanted = process.env.BENCH?.split(',');
const all = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.mjs') && file !== basename(import.meta.filename))
  .map((file) => basename(file, '.mjs'));
const unknown = wanted?.filter((name) => !all.includes(name)) ?? [];
if (unknown.length > 0) throw new Error(`there is no bench/${unknown[0]}.mjs, but ${all.join(', ')}`);

const printed = [];
const print = console.log;
console.log = (...words) => {
  printed.push(words.join(' '));
  print(...words);
};
console.log(`# Benchmarks\n\n${machine()}\n`);
for (const name of wanted ?? all) await import(`./${name}.mjs`);
if (!wanted) {
  const docs = join(import.meta.dirname, '..', 'docs');
  const text = printed.join('\n').replace('\n## ', '\n![Medians of all runs](benchmarks.svg)\n\n## ');
  writeFileSync(join(docs, 'benchmarks.md'), `${text.trimEnd()}\n`);
  writeFileSync(join(docs, 'benchmarks.svg'), plot(comparisons));
}

function machine() {
  const [{ model }, { length }] = [cpus()[0], cpus()];
  const [version] = spawnSync(java, ['-version'], { encoding: 'utf8' }).stderr.split('\n');
  const times =
    runs === 1
      ? 'one run of each program'
      : `medians of ${runs} runs (one of what takes very long), taken in turns`;
  return `Written by \`npm run bench\`, ${times}: whole processes whose output goes to the null device. ${length} × ${model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, \
${type()} ${release()}, Node ${process.version}, ${version.replaceAll('"', '')}.`;
}
