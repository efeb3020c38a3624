import { parseAddress } from '../../base/address.js';
import type { Deadline } from '../../base/deadline.js';
import { KctlError } from '../../base/errors.js';
import { BrokerLink } from '../broker-link.js';
import { setScramUsers } from '../scram.js';
import { readSecurity, type Security } from '../settings/security.js';
import { kafkaTransport } from '../transport.js';
import { Wire } from '../wire.js';
import { poll } from './poll.js';
import {
  internalLogin,
  loginProperties,
  publicClientProperties,
  saslMechanisms,
  takesScram,
} from './security.js';
import { readPasswords, securityFiles } from './security-files.js';
import type { LocalState, ServerState } from './state.js';

const clientId = 'kctl-local';

/** Waits until every user of a secured cluster can log in at every broker, in every way that clients are told of. */
export async function openToUsers(
  state: LocalState,
  brokers: ServerState[],
  deadline: Deadline,
): Promise<void> {
  const { security, name, kafkaVersion, mode } = state;
  if (!security) return;
  const passwords = readPasswords(name);
  const users = [...passwords].map(([user, password]) => ({ name: user, password }));
  const isScram = security.protocol.startsWith('SASL') && takesScram(kafkaVersion, mode);
  if (isScram) await sendScramUsers(brokers, internalLogin(passwords), users, deadline);
  const mechanisms = isScram ? saslMechanisms : [security.mechanism];
  for (const mechanism of mechanisms) {
    for (const user of users) {
      const login = await readSecurity({
        ...publicClientProperties(security, user.name, securityFiles(name)),
        ...loginProperties({ ...security, mechanism }, user.name, user.password),
        'sasl.mechanism': mechanism,
      });
      await Promise.all(
        brokers.map(({ id, port }) =>
          poll(`broker ${id} lets ${user.name} in`, deadline, () => canLogIn(port, login, deadline)),
        ),
      );
    }
  }
}

async function sendScramUsers(
  brokers: ServerState[],
  security: Security,
  users: Array<{ name: string; password: string }>,
  deadline: Deadline,
): Promise<void> {
  const addresses = brokers.map(({ otherPorts }) => parseAddress(`127.0.0.1:${otherPorts.internal}`, 0));
  const wire = new Wire(kafkaTransport({ clientId, security }), addresses, {
    clientId,
    sasl: security.sasl,
    deadline,
  });
  try {
    const [error] = await setScramUsers(wire, users);
    if (error)
      throw new KctlError(`${error.subject} could not be made`, { code: error.code, words: error.message });
  } finally {
    await wire.close();
  }
}

async function canLogIn(port: number, security: Security, deadline: Deadline): Promise<boolean> {
  const link = await BrokerLink.open(
    kafkaTransport({ clientId, security }),
    parseAddress(`127.0.0.1:${port}`, 0),
    { clientId, sasl: security.sasl, timeoutMs: Math.min(5000, deadline.remainingMs()) },
  );
  link.close();
  return true;
}
