import type { ListDocument, ResultDocument } from '../base/result.js';

/** A znode's stat under the names of org.apache.zookeeper.data.Stat. zxids and sessions are hexadecimal. */
export interface ZnodeStat {
  /** Containers and TTL znodes are persistent here: servers do not tell them apart. */
  type: 'persistent' | 'ephemeral';
  /** The session that holds an ephemeral znode. */
  ephemeralOwner?: string;
  czxid: string;
  mzxid: string;
  pzxid: string;
  /** Epoch milliseconds. */
  ctime: number;
  mtime: number;
  version: number;
  cversion: number;
  aversion: number;
  dataLength: number;
  numChildren: number;
}

/** Data as JSON holds it: bytes that are not UTF-8 as base64, marked so; null is not the empty string. */
export interface JsonData {
  data: string | null;
  dataEncoding?: 'base64';
}

export interface Znode extends ResultDocument, JsonData {
  path: string;
  stat: ZnodeStat;
}

export interface ZnodeExists extends ResultDocument {
  path: string;
  stat: ZnodeStat;
}

export interface ZnodeItem {
  path: string;
  stat?: ZnodeStat;
}

export interface ZnodeList extends ListDocument<ZnodeItem> {
  path: string;
}

export interface ZnodeUsage {
  path: string;
  znodes: number;
  dataBytes: number;
  ephemerals: number;
}

export interface ZnodeUsageList extends ListDocument<ZnodeUsage> {
  path: string;
}

export interface AclEntry {
  scheme: string;
  id: string;
  /** Of `cdrwa`, in that order. */
  permissions: string;
}

export interface ZnodeAcl extends ResultDocument {
  path: string;
  /** To be given to `zk acl set --version`. */
  aversion: number;
  acl: AclEntry[];
}

/** One thing that was done to a znode, or would be. */
export interface ZnodeChange {
  path: string;
  result: 'created' | 'exists' | 'set' | 'deleted' | 'checked' | 'valid';
  version?: number;
  /** Znodes that went with it. */
  descendants?: number;
}

export interface ZnodeChangeList extends ListDocument<ZnodeChange> {
  dryRun: boolean;
  validatedBy?: 'client';
}

/** What a line of an export holds. */
export interface ExportedZnode extends JsonData {
  kind: 'ExportedZnode';
  version: 1;
  /** Below the exported path, which itself is `/`. */
  path: string;
  /** `zk export` writes the first two, as servers tell no others apart; `zk import` takes them all. */
  type: 'persistent' | 'ephemeral' | 'container' | 'ttl';
  ttlMs?: number;
  acl: AclEntry[];
}

export interface ZnodeEvent extends JsonData {
  kind: 'ZnodeEvent';
  version: 1;
  /** `present` or `absent` is how things are when the watch is set, at first or again after a lost connection. */
  event: 'present' | 'absent' | 'created' | 'deleted' | 'changed' | 'children';
  path: string;
  timestamp: number;
  stat?: ZnodeStat;
  children?: string[];
}
