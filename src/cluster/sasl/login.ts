import { type Address, formatAddress } from '../../base/address.js';
import type { Deadline } from '../../base/deadline.js';
import { ExitCode, KctlError, messageOf } from '../../base/errors.js';
import { errorOf } from '../../protocol/errors.js';
import { saslAuthenticate } from '../../protocol/messages/sasl-authenticate.js';
import { saslHandshake } from '../../protocol/messages/sasl-handshake.js';
import type { Api, Input, Output, Shape } from '../../protocol/schema.js';
import type { SaslMechanism } from './mechanism.js';

/** Sends one message on the connection that is being logged in. */
export type Ask = <Req extends Shape, Res extends Shape>(
  api: Api<Req, Res>,
  body: Input<Req>,
  timeoutMs: number,
) => Promise<Output<Res>>;

/** More than any mechanism needs; a broker that goes on asking is not one. */
const maxRounds = 10;

/**
 * Logs in on a connection (KIP-43, KIP-152), for the first time or again (KIP-368).
 * @returns how long the broker lets the session live, in ms; 0 for as long as the connection
 * @throws KctlError exit 3: `UNSUPPORTED_SASL_MECHANISM` with those that the broker has, or
 *   `SASL_AUTHENTICATION_FAILED` in the broker's words
 */
export async function logIn(
  ask: Ask,
  broker: Address,
  mechanism: SaslMechanism,
  deadline: Deadline,
): Promise<number> {
  const at = formatAddress(broker);
  const handshake = await ask(saslHandshake, { mechanism: mechanism.name }, deadline.remainingMs());
  if (handshake.errorCode !== 0) throw refusedMechanism(at, mechanism, handshake);
  const conversation = mechanism.begin(broker);
  let saying: Buffer | undefined = await conversation.start();
  for (let round = 0; round < maxRounds; round++) {
    const answer: Output<typeof saslAuthenticate.response> = await ask(
      saslAuthenticate,
      { authBytes: saying },
      deadline.remainingMs(),
    );
    if (answer.errorCode !== 0)
      throw refusedLogin(at, mechanism, answer.errorMessage ?? errorOf(answer.errorCode).message);
    saying = await conversation.answer(answer.authBytes).catch((error) => {
      throw refusedLogin(at, mechanism, `the broker cannot be trusted: ${messageOf(error)}`);
    });
    if (saying === undefined) return Number(answer.sessionLifetimeMs);
  }
  throw refusedLogin(at, mechanism, 'the broker goes on asking');
}

function refusedMechanism(
  at: string,
  { name }: SaslMechanism,
  { errorCode, mechanisms }: { errorCode: number; mechanisms: string[] },
): KctlError {
  const code = errorOf(errorCode).name;
  if (code === 'ILLEGAL_SASL_STATE') {
    return new KctlError(`the listener at ${at} has no logins`, {
      code,
      exitCode: ExitCode.unreachable,
      hint: 'Set security.protocol to PLAINTEXT or SSL, or give the port of the listener with SASL.',
    });
  }
  return new KctlError(`${at} does not have SASL ${name} enabled`, {
    code,
    exitCode: ExitCode.unreachable,
    ...(mechanisms.length > 0 ? { words: `It has ${mechanisms.join(', ')}.` } : {}),
    hint: 'Set sasl.mechanism to one that it has.',
  });
}

function refusedLogin(at: string, mechanism: SaslMechanism, words: string): KctlError {
  const { name, username } = mechanism;
  const known = mechanism.explainRefusal?.();
  return new KctlError(`${at} refused the login${username === undefined ? '' : ` of ${username}`}`, {
    code: known?.code ?? 'SASL_AUTHENTICATION_FAILED',
    exitCode: ExitCode.unreachable,
    words,
    hint:
      known?.hint ??
      (username === undefined
        ? `Check where the credentials for ${name} come from.`
        : 'Check sasl.mechanism, the user name and the password.'),
  });
}
