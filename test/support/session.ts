import assert from 'node:assert/strict';
import type { TestCluster } from './cluster.js';
import { type Run, runKctl } from './kctl.js';
import { runTool, type tools } from './oracle/oracle.js';
import { assertDocument, type JsonDocument } from './schemas.js';

/** One cluster, as kctl and as Apache's own tools see it. */
export interface Session {
  kctl(...words: string[]): Promise<Run>;
  /** What kctl answers, which is a success and says nothing else. */
  done(...words: string[]): Promise<JsonDocument>;
  /** What one of Apache's tools prints, which is a success. */
  apache(tool: keyof typeof tools, ...words: string[]): Promise<string>;
}

/**
 * @param cluster asked for once it is there
 * @param prefix words that stand before all others of kctl
 */
export function sessionOf(cluster: () => TestCluster, prefix: string[] = []): Session {
  const kctl = (...words: string[]) => runKctl([...prefix, ...words], { env: cluster().env });
  return {
    kctl,
    async done(...words) {
      const { code, stdout, stderr } = await kctl(...words, '-o', 'json');
      assert.deepEqual([code, stderr], [0, ''], words.join(' '));
      return assertDocument(stdout);
    },
    async apache(tool, ...words) {
      const { bootstrapServers, env } = cluster();
      const config = env.KCTL_COMMAND_CONFIG ? ['--command-config', env.KCTL_COMMAND_CONFIG] : [];
      const run = await runTool(tool, ['--bootstrap-server', bootstrapServers, ...config, ...words]);
      assert.equal(run.code, 0, run.stderr + run.stdout);
      return run.stdout.toString();
    },
  };
}
