import type { Reader } from '../reader.js';
import {
  array,
  bool,
  bytes,
  type Input,
  int32,
  int64,
  type Output,
  type Shape,
  string,
  struct,
} from '../schema.js';
import { Writer } from '../writer.js';
import { juteCodec } from './jute.js';

/**
 * ZooKeeper's requests and their responses, as its zookeeper.jute declares them, with the op codes of
 * org.apache.zookeeper.ZooDefs.OpCode. A server too old for one answers UNIMPLEMENTED.
 */
export interface Operation<In = unknown, Out = unknown> {
  readonly code: number;
  readonly name: string;
  /** It changes something: when its answer is lost it may have been done or not. */
  readonly changes: boolean;
  encode(writer: Writer, body: In): void;
  /** @throws ProtocolError */
  decode(reader: Reader): Out;
}

/** Data of a znode may be null, which is not the same as none. */
const data = bytes().nullable();

const aclEntry = { perms: int32(), id: struct({ scheme: string(), id: string() }) };

const stat = struct({
  czxid: int64(),
  mzxid: int64(),
  ctime: int64(),
  mtime: int64(),
  version: int32(),
  cversion: int32(),
  aversion: int32(),
  ephemeralOwner: int64(),
  dataLength: int32(),
  numChildren: int32(),
  pzxid: int64(),
});

/** A znode's stat, named as org.apache.zookeeper.data.Stat names it. Times are epoch milliseconds. */
export type StatRecord = (typeof stat)['out'];
export type AclRecord = Output<typeof aclEntry>;

function read<Req extends Shape, Res extends Shape>(
  code: number,
  name: string,
  request: Req,
  response: Res,
): Operation<Input<Req>, Output<Res>> {
  return {
    code,
    name,
    changes: false,
    encode: (writer, body) => juteCodec(request).write(writer, body),
    decode: (reader) => juteCodec(response).read(reader),
  };
}

function change<Req extends Shape, Res extends Shape>(
  code: number,
  name: string,
  request: Req,
  response: Res,
) {
  return { ...read(code, name, request, response), changes: true };
}

const watched = { path: string(), watch: bool() };
const creation = { path: string(), data, acl: array(aclEntry), flags: int32() };

export const exists = read(3, 'exists', watched, { stat });
export const getData = read(4, 'getData', watched, { data, stat });
export const getAcl = read(6, 'getACL', { path: string() }, { acl: array(aclEntry), stat });
export const getChildren = read(12, 'getChildren2', watched, { children: array(string()), stat });
export const sync = read(9, 'sync', { path: string() }, { path: string() });
export const ping = read(11, 'ping', {}, {});
/** ZooKeeper 3.6. */
export const getEphemerals = read(
  103,
  'getEphemerals',
  { prefixPath: string() },
  { ephemerals: array(string()) },
);
/** ZooKeeper 3.6: how many znodes there are below one. */
export const getAllChildrenNumber = read(
  104,
  'getAllChildrenNumber',
  { path: string() },
  { totalNumber: int32() },
);
/** ZooKeeper 3.6; mode 0 is persistent, 1 persistent and recursive. */
export const addWatch = read(106, 'addWatch', { path: string(), mode: int32() }, {});
/** ZooKeeper 3.5; type 1 is children, 2 data, 3 any. */
export const removeWatches = read(18, 'removeWatches', { path: string(), type: int32() }, {});
/** ZooKeeper 3.7. */
export const whoAmI = read(
  107,
  'whoAmI',
  {},
  { clientInfo: array({ authScheme: string(), user: string() }) },
);
export const auth = read(100, 'auth', { type: int32(), scheme: string(), auth: bytes() }, {});
export const sasl = read(102, 'sasl', { token: data }, { token: data });
export const closeSession = read(-11, 'closeSession', {}, {});

export const create = change(1, 'create', creation, { path: string() });
/** ZooKeeper 3.5; flags 4. */
export const createContainer = change(19, 'createContainer', creation, { path: string(), stat });
/** ZooKeeper 3.5, and the server needs extendedTypesEnabled; flags 5, or 6 with a sequence number. */
export const createTtl = change(21, 'createTTL', { ...creation, ttl: int64() }, { path: string(), stat });
export const remove = change(2, 'delete', { path: string(), version: int32() }, {});
export const setData = change(5, 'setData', { path: string(), data, version: int32() }, { stat });
export const setAcl = change(
  7,
  'setACL',
  { path: string(), acl: array(aclEntry), version: int32() },
  { stat },
);
/** ZooKeeper 3.5. */
export const reconfig = change(
  16,
  'reconfig',
  {
    joiningServers: string().nullable(),
    leavingServers: string().nullable(),
    newMembers: string().nullable(),
    curConfigId: int64(),
  },
  { data, stat },
);

/** The records around requests and responses. */
export const connectRequest = {
  protocolVersion: int32(),
  lastZxidSeen: int64(),
  timeOut: int32(),
  sessionId: int64(),
  passwd: bytes(),
  readOnly: bool(),
};
export const connectResponse = {
  protocolVersion: int32(),
  timeOut: int32(),
  sessionId: int64(),
  passwd: bytes(),
};
export const requestHeader = { xid: int32(), type: int32() };
export const replyHeader = { xid: int32(), zxid: int64(), err: int32() };
export const watcherEvent = { type: int32(), state: int32(), path: string().nullable() };

/** A request as a frame, its four bytes of size included. */
export function frame(write: (writer: Writer) => void): Buffer {
  const writer = new Writer();
  writer.int32(0);
  write(writer);
  const bytes = writer.finish();
  bytes.writeInt32BE(bytes.length - 4, 0);
  return bytes;
}
