import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Without a configuration kcl asks for one, and takes the records for answers.
process.env.KCL_NO_CONFIG_FILE = '1';

export const kctl = join(import.meta.dirname, '..', '..', 'bin', 'run.js');
export const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';

/** How often each program is run. */
export const runs = Number(process.env.RUNS ?? 3);

/** What kcl takes in parts of Kafka's own tool, as measured on one machine: it stands in where kcl is missing. */
export const kclShare = { consuming: 0.58, producing: 0.4 };

/** Every comparison so far, for the plot: a title, and the median of each program in milliseconds. */
export const comparisons = [];

/**
 * A local cluster of one broker, started with these options, for the time of a measurement, and a folder that goes with it;
 * or the one at SERVER, which is left as it is.
 */
export async function withCluster(measureAll, options = []) {
  const folder = mkdtempSync(join(tmpdir(), 'kctl-bench-'));
  // Both of Java's compilers, and below the heap of Kafka's scripts: with what a local cluster starts with it is the broker
  // that is measured.
  const env = {
    ...process.env,
    KCTL_STATE_DIR: folder,
    _JAVA_OPTIONS: '-XX:TieredStopAtLevel=4 -XX:CICompilerCount=2',
  };
  /** Runs kctl and gives the document that it prints. */
  const ask = (words, input = '') => {
    const options = { env, input, stdio: ['pipe', 'pipe', 'inherit'], maxBuffer: Number.POSITIVE_INFINITY };
    const { status, stdout } = spawnSync(process.execPath, [kctl, ...words, '-o', 'json'], options);
    if (status !== 0) throw new Error(`kctl ${words.join(' ')} ended with ${status}`);
    return JSON.parse(stdout.toString());
  };
  try {
    const { libs, kafkaVersion } = ask(['local', 'engine', 'install']);
    const heap = options.includes('--heap') ? [] : ['--heap', '1g'];
    const ports = ['--port', 'auto', '--zk-port', 'auto'];
    const there = process.env.SERVER;
    const { bootstrapServers, zookeeperConnect } = there
      ? { bootstrapServers: there }
      : ask(['local', 'start', ...ports, ...heap, ...options]);
    const server = ['--bootstrap-server', bootstrapServers];
    const tool = (main, heap) => kafkaTool(main, heap, libs, folder);
    await measureAll({ ask, bootstrapServers, folder, kafkaVersion, server, tool, zookeeperConnect });
  } finally {
    spawnSync(process.execPath, [kctl, 'local', 'stop'], { env, stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One of Kafka's tools as its script runs it: the options of kafka-run-class.sh, and the heap that the script sets. */
function kafkaTool(main, heap, libs, folder) {
  const logging = join(folder, 'tools-log4j.properties');
  writeFileSync(
    logging,
    `log4j.rootLogger=WARN, stderr
log4j.appender.stderr=org.apache.log4j.ConsoleAppender
log4j.appender.stderr.layout=org.apache.log4j.PatternLayout
log4j.appender.stderr.layout.ConversionPattern=[%d] %p %m (%c)%n
log4j.appender.stderr.Target=System.err
`,
  );
  return [
    ...[java, `-Xmx${heap}`, '-server', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'],
    ...['-XX:InitiatingHeapOccupancyPercent=35', '-XX:+ExplicitGCInvokesConcurrent'],
    ...['-XX:MaxInlineLevel=15', '-Djava.awt.headless=true', '-Dcom.sun.management.jmxremote'],
    ...['-Dcom.sun.management.jmxremote.authenticate=false', '-Dcom.sun.management.jmxremote.ssl=false'],
    ...[`-Dlog4j.configuration=file:${logging}`, '-cp', join(libs, '*'), main],
  ];
}

/**
 * Runs programs in turns, so that what else the machine does falls on all of them, and prints a Markdown table of
 * medians; the first program is the one that the others are measured by.
 * @param programs each with a `name`, the `words` of its command line (or a function from the number of the run to
 *   them), and perhaps `optional`, the program that may not be installed, `turns`, when it is too slow for all of them,
 *   and `input`, a file
 * @param records how many each reads or writes; none for what has no rate
 * @param kcl what kcl takes in parts of the program whose name holds "Console", where kcl is not installed
 * @param warmUps rounds that fill the caches and do not count
 * @param between called after each run
 */
export function compare(title, programs, { records, kcl, turns = runs, warmUps = 0, between } = {}) {
  const times = new Map(installed(programs).map((program) => [program, []]));
  for (let round = -warmUps; round < turns; round++) {
    for (const [program, all] of times) {
      if (round >= (program.turns ?? turns)) continue;
      const words = typeof program.words === 'function' ? program.words(round) : program.words;
      const ms = measure(words, program.input);
      if (round >= 0) all.push(ms);
      between?.(words);
    }
  }
  const rows = [...times].map(([{ name }, all]) => ({ name, ms: quantile(all, 0.5), times: all }));
  const console_ = rows.find(({ name }) => name.includes('Console'));
  if (kcl && console_ && !rows.some(({ name }) => name.includes('kcl'))) {
    rows.push({ name: `kcl, taken as ${kcl} of \`Console…\``, ms: console_.ms * kcl, times: [] });
  }
  comparisons.push({ title, rows });
  print(title, rows, records);
  return rows;
}

function print(title, rows, records) {
  const [first] = rows;
  const time = (ms) => (records ? `${(ms / 1000).toFixed(2)} s` : `${Math.round(ms)} ms`);
  const header = ['program', 'median', 'least – most', ...(records ? ['records/s'] : []), 'times the first'];
  const cells = rows.map(({ name, ms, times }) => [
    name,
    time(ms),
    times.length > 0 ? `${time(Math.min(...times))} – ${time(Math.max(...times))}` : '',
    ...(records ? [Math.round((records / ms) * 1000).toLocaleString('en')] : []),
    `${(ms / first.ms).toFixed(2)}`,
  ]);
  const lines = [header, header.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`);
  console.log(`### ${title}\n\n${lines.join('\n')}\n`);
}

/** Milliseconds from before the process is made until it has ended; what it prints is thrown away. */
function measure([program, ...args], inputFile = '/dev/null') {
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
function installed(programs) {
  return programs.filter(({ optional }) => !optional || spawnSync(optional, ['-V']).error === undefined);
}

/**
 * Writes and removes a file, so that the log of the next run finds memory that is the machine's own. Many virtual machines give
 * free memory back to their host and get it anew a page at a time: 200 MB of a broker's log then cost 0.7 to 1 s of kernel
 * time instead of 0.06 s, whichever program sends them, and what is compared is luck.
 */
export function warmMemory(folder, bytes) {
  const path = join(folder, 'warm');
  const file = openSync(path, 'w');
  const piece = Buffer.alloc(1024 * 1024, 'x');
  for (let written = 0; written < bytes; written += piece.length) writeSync(file, piece);
  closeSync(file);
  rmSync(path);
}

export function quantile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.round((values.length - 1) * share)];
}

/** Lines of 100 bytes: JSON that packs about as well as such data does, numbered, of a few thousand users. */
export function writeLines(path, count) {
  const file = openSync(path, 'w');
  let random = 12345;
  const next = () => {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    return random;
  };
  for (let id = 0; id < count; ) {
    const lines = [];
    for (const end = Math.min(count, id + 10_000); id < end; id++) {
      const text = `{"id":${id},"user":"u${next() % 5000}","n":${next()},"t":"${next().toString(36)}"`;
      lines.push(`${text.padEnd(98)}}\n`);
    }
    writeSync(file, lines.join(''));
  }
  closeSync(file);
}
