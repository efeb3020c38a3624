import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './kctl.js';

/** One of Kafka's tools, as docs/coverage.md has it. */
export interface CoveredTool {
  script: string;
  /** The class, without its package. */
  className: string;
  /** By option, with a command of the tool before it where it has commands; `every option` where one answer is for all. */
  rows: Map<string, CoverageRow>;
}

export interface CoverageRow {
  answer: string;
  /** The one release that has it. */
  only: string | null;
}

export function readCoverage(): CoveredTool[] {
  const text = readFileSync(join(root, 'docs', 'coverage.md'), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [, script = '', className = ''] = /^(\S+)\.sh: (.+)$/m.exec(section) ?? [];
      const rows = new Map<string, CoverageRow>();
      for (const [, cell = '', answer = ''] of section.matchAll(/^\| (?!option |---)(.+?) \| (.*) \|$/gm)) {
        const only = / \((\d\.\d)\)$/.exec(cell)?.[1] ?? null;
        const option = cell.replace(/ \(\d\.\d\)$/, '').replaceAll('`', '');
        if (rows.has(option)) throw new Error(`${script} has two rows for ${option}`);
        rows.set(option, { answer: answer.trim(), only });
      }
      return { script, className, rows };
    });
}
