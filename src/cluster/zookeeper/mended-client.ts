import type { Client, Library } from 'node-zookeeper-client';
import type { Address } from '../../base/address.js';
import { ExitCode, KctlError, messageOf } from '../../base/errors.js';
import { type ConnectString, formatConnectString } from './connect-string.js';
import { answersNothing, networkError } from './failures.js';

/** The library's state in which it does not connect again. */
const closing = -1;
/** Above every jute.maxbuffer in use; a larger frame is not ZooKeeper's. */
const maxFrameBytes = 64 * 1024 * 1024;

export interface ClientOptions {
  sessionTimeoutMs: number;
  /** How long one server may take to give a session before the next one is tried. */
  attemptMs: number;
  /** Told once why the client has ended: no server gives a session, or a server sends what cannot be read. */
  onFailure(error: KctlError): void;
}

/**
 * A client of node-zookeeper-client 1.1.3 with its faults put right: it tries the servers in order and once, not
 * for ever; keeps the cause of a failed connection; takes IPv6 addresses; goes on to the next server when one
 * accepts and never answers; and survives error codes, events and bytes that it does not know.
 */
export async function createClient(connectString: ConnectString, options: ClientOptions): Promise<Client> {
  const { default: library } = await import('node-zookeeper-client');
  tolerateUnknownCodes(library);
  // The library would split an address at every colon: it gets the servers apart from the text.
  const client = library.createClient(`unused:1${connectString.chroot}`, {
    sessionTimeout: options.sessionTimeoutMs,
    retries: 0,
  });
  mendConnecting(client, connectString, options);
  mendReceiving(client, (cause) => options.onFailure(lost(connectString, cause)));
  return client;
}

/** Ends the client now, and for good. */
export function destroyClient({ connectionManager }: Client): void {
  connectionManager.setState(closing);
  connectionManager.socket?.destroy();
}

function lost(connectString: ConnectString, cause: string): KctlError {
  return new KctlError(`lost ZooKeeper at ${formatConnectString(connectString)}: ${cause}`, {
    code: 'CONNECTION_LOSS',
    exitCode: ExitCode.unreachable,
  });
}

function mendConnecting(client: Client, connectString: ConnectString, options: ClientOptions): void {
  const manager = client.connectionManager;
  const { servers } = connectString;
  const { onSocketClosed } = manager;
  let tried = 0;
  let server: Address | undefined;
  let failure: KctlError | undefined;
  let attempt: NodeJS.Timeout | undefined;

  manager.findNextServer = (callback) => {
    server = servers[tried++];
    if (!server) return options.onFailure(failure ?? lost(connectString, 'no server gives a session'));
    callback(server);
    // The library's own timer ends at the TCP handshake.
    attempt = setTimeout(() => {
      manager.onSocketError(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
      manager.socket?.destroy();
    }, options.attemptMs);
    failure = undefined;
  };
  manager.onSocketError = (error) => {
    if (server) failure ??= networkError(server, error);
  };
  manager.onSocketClosed = (hasError) => {
    clearTimeout(attempt);
    if (manager.connectTimeoutHandler) clearTimeout(manager.connectTimeoutHandler);
    if (server) failure ??= answersNothing(server);
    // What the old connection left half-read would be taken for the start of the next one's answer.
    manager.pendingBuffer = null;
    onSocketClosed.call(manager, hasError);
  };
  client.on('state', ({ name }) => {
    if (name === 'SYNC_CONNECTED') {
      clearTimeout(attempt);
      tried = 0;
    }
    if (name === 'EXPIRED') options.onFailure(lost(connectString, 'the session has expired'));
    if (name === 'AUTH_FAILED') options.onFailure(lost(connectString, 'authentication failed'));
  });
}

function mendReceiving(client: Client, onFailure: (cause: string) => void): void {
  const manager = client.connectionManager;
  const { onSocketData } = manager;
  manager.onSocketData = (chunk) => {
    try {
      checkFrameSize(manager.pendingBuffer, chunk);
      onSocketData.call(manager, chunk);
    } catch (error) {
      onFailure(`its bytes cannot be read (${messageOf(error)})`);
    }
  };
  const { watcherManager } = manager;
  const { emit } = watcherManager;
  watcherManager.emit = (event) => {
    // 5 to 7 say that a watch was removed: there is nobody to tell.
    if (event.type >= 1 && event.type <= 4) emit.call(watcherManager, event);
  };
}

/** Every frame starts with its size, an int32. */
function checkFrameSize(pending: Buffer | null, chunk: Buffer): void {
  const head = Buffer.concat([pending?.subarray(0, 4) ?? Buffer.alloc(0), chunk.subarray(0, 4)]);
  if (head.length < 4) return;
  const size = head.readInt32BE();
  if (size < 0 || size > maxFrameBytes) throw new Error(`a frame of ${size} bytes`);
}

/** The library's table of error codes ends with ZooKeeper 3.3, and it throws at any other, where nobody catches. */
function tolerateUnknownCodes({ Exception }: Library): void {
  const { create } = Exception;
  if (tolerant.has(create)) return;
  Exception.create = (code, path) => {
    try {
      return create(code, path);
    } catch {
      return Object.assign(create(Exception.SYSTEM_ERROR, path), { code });
    }
  };
  tolerant.add(Exception.create);
}
const tolerant = new WeakSet<Library['Exception']['create']>();
