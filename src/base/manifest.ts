import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareNames } from './names.js';
import { packageRoot } from './package-root.js';

/** A flag as the build's manifest has it, which is oclif's own form. */
export interface ManifestFlag {
  name: string;
  char?: string;
  type: 'boolean' | 'option';
  description?: string;
  helpValue?: string;
  helpGroup?: string;
  options?: string[];
  default?: unknown;
  env?: string;
  multiple?: boolean;
  required?: boolean;
  exclusive?: string[];
  dependsOn?: string[];
}

export interface ManifestArg {
  name: string;
  description?: string;
  required?: boolean;
  options?: string[];
}

export interface ManifestCommand {
  id: string;
  summary?: string;
  description?: string;
  aliases: string[];
  examples?: string[];
  strict?: boolean;
  args: Record<string, ManifestArg>;
  flags: Record<string, ManifestFlag>;
}

/** Every command, as the build wrote it down, in order of its name. */
export function readManifest(): ManifestCommand[] {
  const text = readFileSync(join(packageRoot(), 'oclif.manifest.json'), 'utf8');
  const { commands } = JSON.parse(text) as { commands: Record<string, ManifestCommand> };
  return Object.values(commands).sort((a, b) => compareNames(a.id, b.id));
}
