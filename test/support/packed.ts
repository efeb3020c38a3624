import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './kctl.js';

/**
 * A project that has kctl installed as it would be published, with what it and the examples need beside it.
 * @param tools packages that are fetched for it, beside those of the checkout
 * @returns its folder, in which the examples of `kctl/testing` lie
 */
export function projectWithKctl(tools: string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'kctl-packed-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
  const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const name = execFileSync('npm', words, { cwd: root, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  execFileSync('tar', ['-xzf', join(folder, name), '-C', folder]);
  renameSync(join(folder, 'package'), join(modules, 'kctl'));
  const own = join(folder, 'tools');
  mkdirSync(own);
  const quietly = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  if (tools.length > 0) execFileSync('npm', ['install', '--prefix', own, ...quietly, ...tools]);
  for (const installed of [join(root, 'node_modules'), join(own, 'node_modules')]) {
    for (const entry of existsSync(installed) ? readdirSync(installed) : [])
      if (!existsSync(join(modules, entry))) symlinkSync(join(installed, entry), join(modules, entry));
  }
  cpSync(join(root, 'examples', 'testing'), folder, { recursive: true });
  return folder;
}
