import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './kctl.js';

/** A command as the build's manifest has it. */
export interface ManifestCommand {
  /** Such as `topics:list`. */
  id: string;
  /** Such as `topics list`. */
  name: string;
  summary?: string;
  /** Command lines as a person types them. */
  examples: string[];
  aliases: string[];
}

/** Every command of the built kctl. */
export function commands(): ManifestCommand[] {
  const text = readFileSync(join(root, 'oclif.manifest.json'), 'utf8');
  const manifest = JSON.parse(text) as { commands: Record<string, Partial<ManifestCommand>> };
  return Object.entries(manifest.commands).map(([id, command]) => ({
    ...command,
    id,
    name: id.replaceAll(':', ' '),
    aliases: command.aliases ?? [],
    examples: (command.examples ?? []).map((line) => line.replaceAll('<%= config.bin %>', 'kctl')),
  }));
}
