import { KctlError } from '../base/errors.js';
import { type ItemError, itemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { incrementalAlterConfigs } from '../protocol/messages/incremental-alter-configs.js';
import { byHolder, type ConfigResource, describeResource, resourceCodes, resourceKey } from './resources.js';

const operationCodes = { set: 0, unset: 1, append: 2, subtract: 3 } as const;

export interface ConfigOperation {
  operation: keyof typeof operationCodes;
  key: string;
  /** Null to unset. */
  value: string | null;
}

export interface ConfigChange {
  resource: ConfigResource;
  operations: ConfigOperation[];
}

export interface SentChanges {
  /** Those that the broker took, or with `validateOnly` would take. */
  done: ConfigChange[];
  errors: Array<{ change: ConfigChange; error: ItemError }>;
}

/**
 * Changes configurations by IncrementalAlterConfigs (KIP-339), so that what others have set stays. The changes of one
 * resource are made together or not at all.
 */
export async function sendConfigChanges(
  cluster: Cluster,
  changes: readonly ConfigChange[],
  { validateOnly = false } = {},
): Promise<SentChanges> {
  const failures = new Map<string, ItemError>();
  const send = async ({ to, items }: ReturnType<typeof byHolder<ConfigChange>>[number]) => {
    const resources = items.map(({ resource, operations }) => ({
      resourceType: resourceCodes[resource.type],
      resourceName: resource.name,
      configs: operations.map(({ operation, key, value }) => ({
        name: key,
        configOperation: operationCodes[operation],
        value,
      })),
    }));
    try {
      const { responses } = await cluster.wire.request(
        incrementalAlterConfigs,
        { resources, validateOnly },
        to,
      );
      for (const { resourceType, resourceName, errorCode, errorMessage } of responses) {
        if (errorCode === 0) continue;
        const { name: code, message } = errorOf(errorCode);
        const change = items.find(
          ({ resource }) => resourceKey(resource) === `${resourceType} ${resourceName}`,
        );
        const subject = change ? describeResource(change.resource) : resourceName;
        failures.set(`${resourceType} ${resourceName}`, { subject, code, message: errorMessage ?? message });
      }
    } catch (error) {
      if (!(error instanceof KctlError)) throw error;
      for (const { resource } of items)
        failures.set(resourceKey(resource), itemError(describeResource(resource), error));
    }
  };
  await Promise.all(byHolder(changes, ({ resource }) => resource).map(send));
  const failed = (change: ConfigChange) => failures.get(resourceKey(change.resource));
  return {
    done: changes.filter((change) => !failed(change)),
    errors: changes.flatMap((change) => {
      const error = failed(change);
      return error ? [{ change, error }] : [];
    }),
  };
}
