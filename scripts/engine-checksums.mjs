/**
 * Rewrites engine/kafka-*\/jars.sha256 from what Maven resolves for each pom.xml: for maintainers, after a
 * change of a version. Look at the difference before committing it: users' jars are held to these lists.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const engines = join(import.meta.dirname, '..', 'engine');

for (const engine of readdirSync(engines)) {
  const libs = mkdtempSync(join(tmpdir(), 'kctl-engine-'));
  try {
    const words = ['-B', '-q', '-f', join(engines, engine, 'pom.xml'), 'dependency:copy-dependencies'];
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
    rmSync(libs, { recursive: true, force: true });
  }
}
