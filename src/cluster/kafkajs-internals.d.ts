/** The parts of kafkajs 2.2.4 (pinned exactly) that transport.ts stands on; the package types only its public API. */
declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net';

  export interface RequestEntry {
    apiKey: number;
    apiName: string;
    apiVersion: number;
    correlationId: number;
    resolve(answer: { size: number; payload: Buffer | null }): void;
    reject(error: Error): void;
  }

  export interface RequestQueue {
    pending: unknown[];
    readonly inflight: ReadonlyMap<number, unknown>;
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    push(request: {
      entry: RequestEntry;
      expectResponse: boolean;
      requestTimeout: number | null;
      sendRequest(): void;
    }): void;
    fulfillRequest(answer: { correlationId: number; payload: Buffer; size: number }): void;
    rejectAll(error: Error): void;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
    destroy(): void;
  }

  export interface ConnectionOptions {
    host: string;
    port: number;
    clientId: string;
    ssl: object | null;
    sasl: object | null;
    connectionTimeout: number;
    requestTimeout: number;
    enforceRequestTimeout: boolean;
    logger: Logger;
    socketFactory(options: { host: string; port: number; ssl: object | null; onConnect(): void }): Socket;
  }

  export interface Logger {
    namespace(name: string): Logger;
    debug(message: string, extra?: object): void;
    info(message: string, extra?: object): void;
    warn(message: string, extra?: object): void;
    error(message: string, extra?: object): void;
  }

  export default class Connection {
    constructor(options: ConnectionOptions);
    socket: Socket | undefined;
    readonly requestQueue: RequestQueue;
    connect(): Promise<boolean>;
    disconnect(): Promise<boolean>;
    isConnected(): boolean;
    isAuthenticated(): boolean;
    nextCorrelationId(): number;
    processData(chunk: Buffer): void;
  }
}
