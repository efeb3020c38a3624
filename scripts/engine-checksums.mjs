/**
 * Rewrites engine/*\/jars.sha256 from what Maven resolves for each engine: for maintainers, after a change of a
 * version. A new folder `engine/kafka-<version>` or `engine/zookeeper-<version>` is enough for a new one. Look at
 * the difference before committing it: users' jars are held to these lists.
 * Run by: node --import tsx scripts/engine-checksums.mjs [engine …]
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDefinition } from '../src/cluster/local/engine-definition.ts';

const engines = join(import.meta.dirname, '..', 'engine');
const wanted = process.argv.slice(2);

for (const engine of wanted.length > 0 ? wanted : readdirSync(engines)) {
  const folder = mkdtempSync(join(tmpdir(), 'kctl-engine-'));
  try {
    const [product, version] = engine.split('-');
    const pom = join(folder, 'pom.xml');
    writeFileSync(pom, readDefinition(product, version).pom);
    const libs = join(folder, 'libs');
    const words = ['-B', '-q', '-f', pom, 'dependency:copy-dependencies'];
    execFileSync('mvn', [...words, `-DoutputDirectory=${libs}`], { stdio: 'inherit' });
    const jars = readdirSync(libs).sort();
    const lines = jars.map((jar) => {
      const sum = createHash('sha256')
        .update(readFileSync(join(libs, jar)))
        .digest('hex');
      return `${sum}  ${jar}\n`;
    });
    writeFileSync(join(engines, engine, 'jars.sha256'), lines.join(''));
    console.log(`${engine}: ${jars.length} jars`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
