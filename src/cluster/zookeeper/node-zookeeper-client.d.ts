/** The parts of node-zookeeper-client 1.1.3 that session.ts stands on, its connection manager among them. */
declare module 'node-zookeeper-client' {
  import type { Socket } from 'node:net';

  /** `org.apache.zookeeper.data.Stat`; every int64 is a buffer of eight bytes. */
  export interface StatRecord {
    czxid: Buffer;
    mzxid: Buffer;
    ctime: Buffer;
    mtime: Buffer;
    version: number;
    cversion: number;
    aversion: number;
    ephemeralOwner: Buffer;
    dataLength: number;
    numChildren: number;
    pzxid: Buffer;
  }

  export interface AclEntry {
    permission: number;
    id: { scheme: string; id: string };
  }

  export type Callback<Results extends unknown[]> = (
    error: (Error & { code?: number }) | null | undefined,
    ...results: Results
  ) => void;

  export interface ConnectionManager {
    socket?: Socket;
    connectTimeoutHandler: NodeJS.Timeout | null;
    pendingBuffer: Buffer | null;
    watcherManager: { emit(event: { type: number }): void };
    setState(state: number): void;
    findNextServer(callback: (server: { host: string; port: number }) => void): void;
    onSocketData(chunk: Buffer): void;
    onSocketError(error: Error): void;
    onSocketClosed(hasError: boolean): void;
  }

  export interface Client {
    readonly connectionManager: ConnectionManager;
    connect(): void;
    close(): void;
    on(event: 'state', listener: (state: { name: string }) => void): void;
    getData(path: string, callback: Callback<[data: Buffer | undefined, stat: StatRecord]>): void;
    exists(path: string, callback: Callback<[stat: StatRecord | null]>): void;
    getChildren(path: string, callback: Callback<[children: string[] | undefined, stat: StatRecord]>): void;
    getACL(path: string, callback: Callback<[acl: AclEntry[] | undefined, stat: StatRecord]>): void;
  }

  export interface Library {
    createClient(connectString: string, options: { sessionTimeout: number; retries: number }): Client;
    Exception: { create(code: number, path?: string): Error; SYSTEM_ERROR: number };
  }
  const library: Library;
  export default library;
}
