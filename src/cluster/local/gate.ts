import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Makes a configuration that its server waits for: its JVM starts beside ZooKeeper's, and stops where it reads the file,
 * a FIFO so far. A broker that came to ZooKeeper before that listens would try again only after one to two seconds
 * (org.apache.zookeeper.ClientCnxn).
 */
export function holdConfig(file: string): void {
  rmSync(file, { force: true });
  execFileSync('mkfifo', ['-m', '600', file]);
}

/**
 * Gives a held server its configuration and lets it go on; then the file is a file.
 * @returns false when the server does not read it yet
 */
export function giveConfig(file: string, config: string): boolean {
  let gate: number;
  try {
    gate = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') return false;
    throw error;
  }
  try {
    writeFileSync(gate, config);
  } finally {
    closeSync(gate);
  }
  writeConfig(file, config);
  return true;
}

/** In place of whatever is there: a start that was cut off may have left a FIFO. */
export function writeConfig(file: string, config: string): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, config, { mode: 0o600 });
  renameSync(temporary, file);
}
