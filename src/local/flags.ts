import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import type { ServerRef } from '../cluster/local/one-server.js';
import { type ServerRole, serverRoles } from '../cluster/local/state.js';

/** Flags of every command about a local cluster. */
export const nameFlag = {
  name: Flags.string({
    description: 'which local cluster',
    default: 'default',
    env: 'KCTL_LOCAL_NAME',
    helpValue: '<name>',
  }),
};

/** Of a command that does harm: takes it back. */
export const undoFlag = (description: string) => Flags.boolean({ description });

const roles = { description: 'broker, zookeeper or controller', options: [...serverRoles] };
const id = { description: 'its id', min: 0 };

/** The words that name one server, `broker 2`, of a command that can do without. */
export const optionalServerArgs = { server: Args.string(roles), id: Args.integer(id) };

/** The words that name one server. */
export const serverArgs = {
  server: Args.string({ ...roles, required: true }),
  id: Args.integer({ ...id, required: true }),
};

/** The server that the words name; undefined when there are none. */
export function serverOf(args: { server: string; id: number }): ServerRef;
export function serverOf(args: {
  server?: string | undefined;
  id?: number | undefined;
}): ServerRef | undefined;
export function serverOf(args: {
  server?: string | undefined;
  id?: number | undefined;
}): ServerRef | undefined {
  const { server, id } = args;
  if (server === undefined) return undefined;
  if (id === undefined) throw usageError(`which ${server}?`, `Write its id: ${server} 2.`);
  return { role: server as ServerRole, id };
}
