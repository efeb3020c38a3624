import type { Address } from '../base/address.js';
import { Deadline } from '../base/deadline.js';
import { KctlError } from '../base/errors.js';
import type { TlsOptions } from '../cluster/settings/security.js';
import { type AdminFields, adminPort, askAdminServer } from '../cluster/zookeeper/admin-server.js';
import { ZookeeperSession } from '../cluster/zookeeper/session.js';

/** By which way a server's state was learnt where the whitelist refuses words, the most telling first. */
export type Way = 'mntr' | 'srvr' | 'admin' | 'ping';

export const wayInWords: Record<Way, string> = {
  mntr: 'mntr',
  srvr: 'srvr',
  admin: 'its AdminServer',
  ping: 'a session, which tells no more than that it serves',
};

export interface WayOptions {
  tls: TlsOptions | undefined;
  deadline: Deadline;
  /** The AdminServer's, 8080 when absent. */
  adminPort?: number | undefined;
}

/** A part of the deadline, for what is only asked where the better ways are closed. */
export function soon(deadline: Deadline): Deadline {
  return new Deadline(Math.max(1, deadline.remainingMs() / 2));
}

/** The AdminServer of one server. Servers of one host share no AdminServer: whose it is shows in the client port. */
export class AdminServerOf {
  #isItsOwn: Promise<AdminFields> | undefined;

  constructor(
    private readonly server: Address,
    private readonly options: WayOptions,
  ) {}

  /** @throws KctlError as askAdminServer, and OTHER_SERVER where the port belongs to another server */
  async ask(command: string): Promise<AdminFields> {
    const configuration = await this.#configuration();
    return command === 'configuration' ? configuration : this.#ask(command);
  }

  #configuration(): Promise<AdminFields> {
    this.#isItsOwn ??= this.#ask('configuration').then((fields) => {
      const { tls } = this.options;
      if (tls || Number(fields.client_port) === this.server.port) return fields;
      throw new KctlError(`that AdminServer is of port ${String(fields.client_port)}`, {
        code: 'OTHER_SERVER',
      });
    });
    return this.#isItsOwn;
  }

  #ask(command: string): Promise<AdminFields> {
    const { adminPort: port = adminPort, deadline } = this.options;
    return askAdminServer({ host: this.server.host, port }, command, soon(deadline));
  }
}

/** Opens a session: a server that gives one serves, if only readers. @throws KctlError as ZookeeperSession.open */
export async function pingServer(
  server: Address,
  { deadline, tls }: WayOptions,
): Promise<{ mode: 'serving' | 'read-only' }> {
  const connectString = { servers: [server], chroot: '' };
  const session = await ZookeeperSession.open(connectString, soon(deadline), { tls, allowReadOnly: true });
  const { readOnly } = await session.state();
  await session.close();
  return { mode: readOnly ? 'read-only' : 'serving' };
}
