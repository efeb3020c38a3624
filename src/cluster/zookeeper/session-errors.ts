import { ExitCode, KctlError } from '../../base/errors.js';
import { zookeeperErrorName } from '../../protocol/zookeeper/errors.js';

const exitCodes: Record<string, ExitCode> = {
  CONNECTIONLOSS: ExitCode.unreachable,
  SESSIONEXPIRED: ExitCode.unreachable,
  AUTHFAILED: ExitCode.unreachable,
  SESSIONCLOSEDREQUIRESASLAUTH: ExitCode.unreachable,
  NONODE: ExitCode.notFound,
  OPERATIONTIMEOUT: ExitCode.timedOut,
};

const meanings: Record<string, string> = {
  NOAUTH: 'its ACL does not allow it',
  BADVERSION: 'it has another version by now',
  NODEEXISTS: 'it is there already',
  NOTEMPTY: 'it has children',
  NOCHILDRENFOREPHEMERALS: 'an ephemeral znode cannot have children',
  NOTREADONLY: 'the server is read-only: it has lost its quorum',
  INVALIDACL: 'the ACL is not one that the server takes',
  QUOTAEXCEEDED: 'a quota is used up',
  UNIMPLEMENTED: 'this version of ZooKeeper, or its settings, do not have that',
  RECONFIGDISABLED: 'reconfigEnabled is not true on the server',
};

const hints: Record<string, string> = {
  NOAUTH: 'Log in with auth=digest:… or sasl.jaas.config in a file given by --zookeeper-config.',
  BADVERSION: 'Read it again with zk exists, and decide anew.',
  NOTEMPTY: 'To delete all that is below it, add --recursive.',
  RECONFIGDISABLED: 'Set reconfigEnabled=true in zoo.cfg, and log in as its superuser.',
};

/** What the server answers instead of doing it, under ZooKeeper's own name for it. */
export function sessionError(path: string, errorCode: number): KctlError {
  const code = zookeeperErrorName(errorCode);
  const exitCode = exitCodes[code] ?? ExitCode.failed;
  if (code === 'NONODE') return new KctlError(`there is no znode ${path}`, { code, exitCode });
  const hint = hints[code];
  const why = meanings[code] ? `: ${meanings[code]}` : '';
  return new KctlError(`ZooKeeper refuses ${path}${why} (${code}, ${errorCode})`, {
    code,
    exitCode,
    ...(hint && { hint }),
  });
}
