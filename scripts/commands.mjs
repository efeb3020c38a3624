import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'src', 'commands');

/** Every command file with the id that its path gives it: `topics/list.ts` is `topics:list`. */
export function commandFiles() {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, id: relative(folder, file).slice(0, -3).split(sep).join(':') }))
    .sort((a, b) => a.id.localeCompare(b.id));
}
