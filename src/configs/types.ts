import type { ListDocument } from '../base/result.js';
import type { ConfigEntry } from './ask.js';
import type { ConfigResource } from './resources.js';
import type { ConfigOperation } from './send.js';

export interface DescribedConfig extends Omit<ConfigEntry, 'isList' | 'synonyms' | 'documentation'> {
  /** Set for this resource itself, and so to be unset there. */
  own: boolean;
  synonyms: ConfigEntry['synonyms'];
  /** Only when asked for, and null where the broker has none. */
  documentation?: string | null;
}

export interface DescribedResource extends ConfigResource {
  configs: DescribedConfig[];
}

export type ConfigDescriptionList = ListDocument<DescribedResource>;

export interface ChangedConfig {
  key: string;
  operation: ConfigOperation['operation'];
  /** Null: there was none, or it is sensitive. */
  before: string | null;
  after: string | null;
}

export interface ChangedResource extends ConfigResource {
  /** `valid` is the result of a dry run. */
  result: 'changed' | 'valid';
  changes: ChangedConfig[];
}

export interface ConfigChangeList extends ListDocument<ChangedResource> {
  dryRun: boolean;
  validatedBy?: 'broker';
}
