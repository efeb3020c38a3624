import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const kctl = join(import.meta.dirname, '..', '..', 'bin', 'run.js');
export const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';

/** A local cluster of one broker for the time of a measurement, and a folder that goes with it. */
export async function withCluster(measureAll) {
  const folder = mkdtempSync(join(tmpdir(), 'kctl-bench-'));
  const env = { ...process.env, KCTL_STATE_DIR: folder };
  /** Runs kctl and gives the document that it prints. */
  const ask = (words, input = '') => {
    const options = { env, input, stdio: ['pipe', 'pipe', 'inherit'] };
    const { status, stdout } = spawnSync(process.execPath, [kctl, ...words, '-o', 'json'], options);
    if (status !== 0) throw new Error(`kctl ${words.join(' ')} ended with ${status}`);
    return JSON.parse(stdout.toString());
  };
  try {
    const { libs, kafkaVersion } = ask(['local', 'engine', 'install']);
    const { bootstrapServers } = ask(['local', 'start', '--port', 'auto', '--zk-port', 'auto']);
    const server = ['--bootstrap-server', bootstrapServers];
    await measureAll({ ask, bootstrapServers, folder, kafkaVersion, libs, server });
  } finally {
    spawnSync(process.execPath, [kctl, 'local', 'stop'], { env, stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from before the process is made until it has ended; what it prints is thrown away. */
export function measure([program, ...args], inputFile = '/dev/null') {
  const input = openSync(inputFile, 'r');
  try {
    const startedAtMs = performance.now();
    const { status, stderr } = spawnSync(program, args, { stdio: [input, 'ignore', 'pipe'] });
    const ms = performance.now() - startedAtMs;
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
    return ms;
  } finally {
    closeSync(input);
  }
}

/** The programs that can be run here: those marked optional may not be installed. */
export function installed(programs) {
  return programs.filter(({ optional }) => !optional || spawnSync(optional, ['-V']).error === undefined);
}

/** Prints medians and rates as a Markdown table. @param times milliseconds of each run, by program */
export function printRates(title, records, times) {
  console.log(`| ${title} | median | records/s |\n| --- | --- | --- |`);
  for (const [{ name }, all] of times) {
    const ms = all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
    console.log(`| ${name} | ${(ms / 1000).toFixed(2)} s | ${Math.round((records / ms) * 1000)} |`);
  }
}
