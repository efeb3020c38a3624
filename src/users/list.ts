import { ExitCode, KctlError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
import type { Cluster, Destination } from '../cluster/index.js';
import { mechanismOf, type ScramMechanism } from '../cluster/scram.js';
import { errorOf } from '../protocol/errors.js';
import { describeUserScramCredentials } from '../protocol/messages/describe-user-scram-credentials.js';

/** A user that brokers keep passwords of. */
export interface ScramUser {
  name: string;
  credentials: Array<{ mechanism: ScramMechanism; iterations: number }>;
}

export type UserList = ListDocument<ScramUser>;

/** Lists the users who have passwords for SCRAM; all, or those named. Nobody can read the passwords. */
export async function listUsers(cluster: Cluster, { names }: { names: string[] }): Promise<UserList> {
  const { users, errors } = await askUsers(cluster, names, 'controller');
  return listDocument('UserList', 1, users, errors);
}

/** Asked of a broker that is not the controller, that it is not is an answer. */
const askedOfOne = { ...describeUserScramCredentials, retries: [] };

/** @throws KctlError with the words of who was asked, when nothing can be said of anybody */
export async function askUsers(
  cluster: Cluster,
  names: string[],
  to: Destination,
): Promise<{ users: ScramUser[]; errors: ItemError[] }> {
  const body = { users: names.length === 0 ? null : names.map((name) => ({ name })) };
  const api = to === 'controller' ? describeUserScramCredentials : askedOfOne;
  const answer = await cluster.wire.request(api, body, to);
  if (answer.errorCode !== 0) {
    const { name, message } = errorOf(answer.errorCode);
    throw new KctlError('the users cannot be listed', { code: name, words: answer.errorMessage ?? message });
  }
  const users: ScramUser[] = [];
  const errors: ItemError[] = [];
  for (const { user, errorCode, errorMessage, credentialInfos } of answer.results) {
    if (errorCode === 0) {
      const credentials = credentialInfos.flatMap((info) => {
        const mechanism = mechanismOf(info.mechanism);
        return mechanism ? [{ mechanism, iterations: info.iterations }] : [];
      });
      users.push({
        name: user,
        credentials: credentials.sort((a, b) => compareNames(a.mechanism, b.mechanism)),
      });
    } else errors.push(errorIn(user, errorCode, errorMessage));
  }
  return { users: users.sort((a, b) => compareNames(a.name, b.name)), errors };
}

function errorIn(user: string, errorCode: number, words: string | null): ItemError {
  const { name, message } = errorOf(errorCode);
  if (name !== 'RESOURCE_NOT_FOUND')
    return { subject: `user ${user}`, code: name, message: words ?? message };
  return {
    subject: `user ${user}`,
    code: name,
    message: `there is no password for SCRAM of ${user}`,
    hint: 'Users of PLAIN, TLS and Kerberos are kept elsewhere; see kctl users list.',
    exitCode: ExitCode.notFound,
  };
}
