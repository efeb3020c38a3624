import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface TcpSocket {
  localPort: number;
  /** It listens; else it is a connection. */
  isListening: boolean;
  inode: string;
}

/** All of the system's. Rows are `sl local_address rem_address st … inode` (proc(5)); state 0A is LISTEN. Linux only. */
export function tcpSockets(): TcpSocket[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => {
    const rows = readFileSync(table, 'latin1').trimEnd().split('\n').slice(1);
    return rows.map((row) => {
      const [, local = '', , state, ...rest] = row.trim().split(/\s+/);
      const localPort = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
      return { localPort, isListening: state === '0A', inode: rest[5] ?? '' };
    });
  });
}

/** The inodes of a process's sockets. Linux only. @throws for another user's process, or one that has ended */
export function socketInodes(pid: number): Set<string> {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readLink(`/proc/${pid}/fd/${fd}`));
  return new Set(
    links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]).filter((inode) => inode !== undefined),
  );
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since the folder was read.
    return '';
  }
}

/** The local ports of a process's TCP connections; none for one that has ended. */
export function tcpPortsOf(pid: number): number[] {
  try {
    const inodes = socketInodes(pid);
    return tcpSockets()
      .filter(({ inode }) => inodes.has(inode))
      .map(({ localPort }) => localPort);
  } catch {
    return [];
  }
}
