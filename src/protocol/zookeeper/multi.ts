import type { Reader } from '../reader.js';
import { bool, int32, string } from '../schema.js';
import { juteCodec } from './jute.js';
import { create, createContainer, createTtl, exists, type Operation, remove, setData } from './operations.js';

/** One change of a transaction (org.apache.zookeeper.Op): an operation with what it is given. */
export type MultiOp = { operation: Operation; body: object };

/** What became of it: a created znode's path, or the error of one that failed or was rolled back. */
export interface MultiResult {
  /** 0, the code of its own failure, or -2 (RUNTIMEINCONSISTENCY) for those after the one that failed. */
  err: number;
  path?: string;
}

const errorCode = -1;
const header = juteCodec({ type: int32(), done: bool(), err: int32() });
const errorResponse = juteCodec({ err: int32() });
const versioned = juteCodec({ path: string(), version: int32() });

/** Succeeds where a znode has a version; only inside a transaction. */
export const check: Operation<{ path: string; version: number }, object> = {
  code: 13,
  name: 'check',
  changes: false,
  encode: (writer, body) => versioned.write(writer, body),
  decode: () => ({}),
};

/** All of it or nothing (ZooKeeper 3.4). */
export const multi: Operation<readonly MultiOp[], MultiResult[]> = {
  code: 14,
  name: 'multi',
  changes: true,
  encode(writer, ops) {
    for (const { body, operation } of ops) {
      header.write(writer, { type: operation.code, done: false, err: -1 });
      operation.encode(writer, body);
    }
    header.write(writer, { type: -1, done: true, err: -1 });
  },
  decode(reader) {
    const results: MultiResult[] = [];
    for (;;) {
      const { done, err, type } = header.read(reader);
      if (done) return results;
      results.push(
        type === errorCode ? { err: errorResponse.read(reader).err } : readResult(reader, type, err),
      );
    }
  },
};

function readResult(reader: Reader, type: number, err: number): MultiResult {
  switch (type) {
    case create.code:
      return { err, path: create.decode(reader).path };
    case createContainer.code:
    case createTtl.code:
      return { err, path: createContainer.decode(reader).path };
    case setData.code:
      exists.decode(reader);
      return { err };
    case remove.code:
    case check.code:
      return { err };
    default:
      throw reader.malformed(`a result of type ${type}`);
  }
}
