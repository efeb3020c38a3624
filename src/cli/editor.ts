import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KctlError, usageError } from '../base/errors.js';

/**
 * Shows a text in the editor of VISUAL or EDITOR, which may be several words for a shell, and waits for it to end.
 * @returns what was saved
 */
export async function editText(text: string, name: string, env = process.env): Promise<string> {
  const editor = env.VISUAL || env.EDITOR;
  if (!editor)
    throw usageError(
      'there is nothing to set, and no editor',
      'Give what to set (see --help), or set EDITOR.',
    );
  const folder = mkdtempSync(join(tmpdir(), 'kctl-edit-'));
  try {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    const [code] = await once(spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' }), 'exit');
    if (code !== 0)
      throw new KctlError(`${editor} ended with ${code ?? 'a signal'}`, {
        code: 'EDITOR',
        hint: 'Nothing was changed.',
      });
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
