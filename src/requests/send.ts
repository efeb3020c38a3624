import { usageError } from '../base/errors.js';
import { parseJson } from '../base/json.js';
import { nearestNames } from '../base/names.js';
import { type ItemError, type ListDocument, listDocument, type ResultDocument } from '../base/result.js';
import type { Cluster, Destination } from '../cluster/index.js';
import { codecOf } from '../protocol/compile.js';
import { errorOf } from '../protocol/errors.js';
import { apis } from '../protocol/registry.js';
import { type Api, within } from '../protocol/schema.js';
import { Writer } from '../protocol/writer.js';
import { fieldsOf, type JsonBody, type MessageField, parseBody, renderBody } from './body.js';

export interface ApiSummary {
  name: string;
  key: number;
  /** Those that kctl speaks, both included. */
  minVersion: number;
  maxVersion: number;
  /** It may change something, so it takes consent. */
  changes: boolean;
}

export type ApiList = ListDocument<ApiSummary>;

export interface ApiFieldList extends ListDocument<MessageField> {
  api: string;
  response: MessageField[];
}

export interface WireAnswer extends ResultDocument {
  kind: 'WireAnswer';
  version: 1;
  api: string;
  apiKey: number;
  apiVersion: number;
  dryRun: boolean;
  validatedBy?: 'client';
  /** Null in a dry run. */
  answer: unknown;
  errors: ItemError[];
}

/** What reads and does nothing else; whatever is not known to be so takes consent. */
const readsOnly =
  /^(ApiVersions|(Consumer|Share|Streams)GroupDescribe|Describe.*|Fetch|FindCoordinator|List.*|Metadata|OffsetFetch|OffsetForLeaderEpoch)$/;

/** Logins are the connection's own affair, and Produce may be a request without an answer. */
const notOffered = /^Sasl/;

const offered = apis.filter(({ name }) => !notOffered.test(name));

export function listApis(): ApiList {
  const items = offered.map((api) => ({
    ...{ name: api.name, key: api.key, minVersion: api.versions[0], maxVersion: api.versions[1] },
    changes: changesSomething(api, {}),
  }));
  return listDocument('ApiList', 1, items);
}

/** The fields of a message and of its answer. */
export function listFields(api: Api): ApiFieldList {
  const list = listDocument('ApiFieldList', 1, fieldsOf(api.request));
  return { ...list, api: api.name, response: fieldsOf(api.response) };
}

/** @param word a name such as `Metadata`, or a key */
export function findApi(word: string): Api {
  const api = offered.find(
    ({ name, key }) => name.toLowerCase() === word.toLowerCase() || String(key) === word,
  );
  if (api) return api;
  const near = nearestNames(
    word,
    offered.map(({ name }) => name),
  );
  throw usageError(
    `kctl has no message ${word}`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'All are shown by: kctl wire',
  );
}

export function changesSomething(api: Api, body: JsonBody): boolean {
  return !readsOnly.test(api.name) || body.allowAutoTopicCreation === true;
}

/** The body of a request as somebody wrote it in JSON; what nobody asked for, topics made by asking for them, is off. */
export function requestBody(api: Api, json: string): JsonBody {
  const body = parseBody(api.request, parsed(json));
  if (api.name === 'Produce' && body.acks === 0)
    throw usageError('with acks 0 there is no answer to show', 'Say "acks": 1 or -1.');
  return api.name === 'Metadata' ? { allowAutoTopicCreation: false, ...body } : body;
}

function parsed(json: string): unknown {
  try {
    return parseJson(json);
  } catch {
    throw usageError('the body is not JSON', 'Write for example \'{"topics": null}\'.');
  }
}

/** Parses `any`, `controller`, `broker:1`, `group:bar` or `transactional-id:x`. */
export function parseDestination(text: string): Destination {
  const [, word = '', name] = /^([a-z-]+)(?::(.+))?$/.exec(text) ?? [];
  if ((word === 'any' || word === 'controller') && name === undefined) return word;
  if (word === 'broker' && /^\d{1,9}$/.test(name ?? '')) return { broker: Number(name) };
  if (word === 'group' && name !== undefined) return { group: name };
  if (word === 'transactional-id' && name !== undefined) return { transactionalId: name };
  throw usageError(
    `"${text}" is not where a request can go`,
    'Write any, controller, broker:1, group:bar or transactional-id:x.',
  );
}

/** Where a request belongs: to the coordinator of the group or transaction that it names, or to the controller. */
function usualDestination(api: Api, body: JsonBody): Destination {
  if (typeof body.groupId === 'string') return { group: body.groupId };
  if (typeof body.transactionalId === 'string') return { transactionalId: body.transactionalId };
  return api.retries?.includes('NOT_CONTROLLER') ? 'controller' : 'any';
}

interface SendOptions {
  body: JsonBody;
  to?: Destination | undefined;
  /** The newest that both sides speak unless given. */
  apiVersion?: number | undefined;
  dryRun: boolean;
}

/** Sends a message, or only writes it as it would be sent. Error codes in the answer are errors of the result. */
export async function sendRequest(
  cluster: Cluster,
  api: Api,
  { body, to = usualDestination(api, body), apiVersion, dryRun }: SendOptions,
): Promise<WireAnswer> {
  const asked = apiVersion === undefined ? api : within(api, { from: apiVersion, upTo: apiVersion });
  const document = { kind: 'WireAnswer', version: 1, api: api.name, apiKey: api.key } as const;
  if (dryRun) {
    const version = await negotiated(cluster, asked, to);
    codecOf(api.request, version, api.flexible).write(new Writer(), body);
    return { ...document, apiVersion: version, dryRun, validatedBy: 'client', answer: null, errors: [] };
  }
  let sent = -1;
  const answer = await cluster.wire.request(
    asked,
    (version) => {
      sent = version;
      return body;
    },
    to,
  );
  return { ...document, apiVersion: sent, dryRun, answer: renderBody(answer), errors: errorsIn(answer, '') };
}

async function negotiated(cluster: Cluster, api: Api, to: Destination): Promise<number> {
  const { brokers, controllerId } = await cluster.wire.nodes();
  const asked = typeof to === 'object' && 'broker' in to ? to.broker : undefined;
  const id = asked ?? (to === 'controller' ? controllerId : (brokers[0]?.id ?? 0));
  return (await cluster.wire.link(id, 'control')).negotiate(api);
}

/** Each error code of an answer that is not NONE, with its place. */
function errorsIn(value: unknown, path: string): ItemError[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => errorsIn(item, `${path}[${index}]`));
  const { errorMessage } = value as JsonBody;
  return Object.entries(value).flatMap(([name, item]) => {
    const isCode = /^(partitionE|e)rrorCode$/.test(name) && typeof item === 'number';
    if (!isCode) return errorsIn(item, path ? `${path}.${name}` : name);
    if (item === 0) return [];
    const { name: code, message } = errorOf(item);
    return [
      {
        subject: path || 'the answer',
        code,
        message: typeof errorMessage === 'string' ? errorMessage : message,
      },
    ];
  });
}
