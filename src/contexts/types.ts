import type { ListDocument } from '../base/result.js';

export interface ContextSummary {
  name: string;
  /** Whether it is used when nothing else is said. */
  current: boolean;
  bootstrapServers: string | null;
  zookeeper: string | null;
  clusterId: string | null;
  protected: boolean;
}
export type ContextList = ListDocument<ContextSummary>;

/** How the cluster would be reached that a command would use now. */
export interface ContextDescription {
  kind: 'Context';
  version: 1;
  /** null where no context is in use. */
  name: string | null;
  protected: boolean;
  clusterId: string | null;
  /** A secret's value is null, and its origin says where it is kept. */
  settings: Array<{ name: string; value: string | null; origin: string }>;
}

export interface ContextChange {
  name: string;
  action: 'added' | 'changed' | 'removed' | 'renamed' | 'used' | 'imported';
  file: string;
  dryRun: boolean;
}
export type ContextChangeList = ListDocument<ContextChange>;
