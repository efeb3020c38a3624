/** `npm start`: from whatever state the checkout is in to the walking skeleton, played by the real kctl. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

await prepare(['3.9.2']);
const { status } = spawnSync('bash', [join(root, 'examples', 'walking-skeleton.sh')], { stdio: 'inherit' });
process.exit(status ?? 1);
