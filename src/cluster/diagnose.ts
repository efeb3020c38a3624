import { type Address, formatAddress } from '../base/address.js';
import { Deadline } from '../base/deadline.js';
import { KctlError, messageOf } from '../base/errors.js';
import { connectionError, ForeignAnswerError } from './transport.js';
import { askFourLetterWord } from './zookeeper/four-letter.js';

/**
 * Says more about why no bootstrap server could be used: what else listens at the first, and what to change.
 * @param others how the rest of them failed
 * @returns the first failure with its cause named, a hint, and the others in its words
 */
export async function explainFailure(
  address: Address,
  failure: unknown,
  deadline: Deadline,
  others: unknown[] = [],
): Promise<KctlError> {
  const error = connectionError(address, failure);
  const found: Explanation = error.hint ? { hint: error.hint } : await explain(address, error, deadline);
  const words = [...(error.words ? [error.words] : []), ...others.map(messageOf)].join('; ');
  return new KctlError(found.message ?? error.message, {
    code: found.code ?? error.code,
    exitCode: error.exitCode,
    hint: found.hint,
    ...(words ? { words } : {}),
    cause: error.cause,
  });
}

interface Explanation {
  message?: string;
  code?: string;
  hint: string;
}

async function explain(address: Address, error: KctlError, deadline: Deadline): Promise<Explanation> {
  const at = formatAddress(address);
  if (error.cause instanceof ForeignAnswerError) {
    const { answer } = error.cause;
    if (answer.subarray(0, 4).toString('latin1') === 'HTTP') {
      return {
        message: `${at} is an HTTP server, not a Kafka broker`,
        code: 'NOT_KAFKA',
        hint: "Give a broker's own port, usually 9092.",
      };
    }
    // A TLS alert record: content type 21, major version 3 (RFC 8446, section 5.1).
    if (answer[0] === 0x15 && answer[1] === 0x03) {
      return {
        message: `${at} expects TLS, and kctl spoke plain text`,
        code: 'TLS_EXPECTED',
        hint: 'Set security.protocol=SSL or SASL_SSL in the file given with --command-config.',
      };
    }
    return {
      message: `${at} answers, but not as a Kafka broker`,
      code: 'NOT_KAFKA',
      hint: "Give a broker's own port, usually 9092.",
    };
  }
  switch (error.code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return {
        hint: 'Name the authority that signed its certificate: ssl.truststore.location and ssl.truststore.type=PEM.',
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        hint: 'Use a name that the certificate has, or leave ssl.endpoint.identification.algorithm empty.',
      };
    case 'CERT_HAS_EXPIRED':
      return {
        message: `the certificate of ${at} has expired`,
        hint: 'The broker needs a new one; or is the clock here right?',
      };
    case 'CERT_NOT_YET_VALID':
      return {
        message: `the certificate of ${at} is not valid yet`,
        hint: 'Is the clock here right, and the broker’s?',
      };
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'EPROTO':
      return speaksNoTls(at);
    case 'ECONNREFUSED':
      return {
        hint: 'Is the broker running, and is this its port? A local one is started with: kctl local start',
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { hint: 'Check the name in --bootstrap-server, or use the address.' };
    case 'ETIMEDOUT':
      return { hint: 'A firewall may drop the packets, or the host is down.' };
    default:
      if (/^ERR_SSL_.*(CERTIFICATE|HANDSHAKE_FAILURE)/.test(error.code))
        return {
          message: `${at} refused the certificate of this client, or that it has none`,
          code: 'CLIENT_CERTIFICATE',
          hint: 'Set ssl.keystore.location (PEM, JKS or PKCS12) to a certificate that the broker trusts.',
        };
      if (/before secure TLS connection was established/.test(messageOf(error.cause ?? error)))
        return speaksNoTls(at);
      return (await isZooKeeper(address, deadline))
        ? {
            message: `${at} is a ZooKeeper server, not a Kafka broker`,
            code: 'NOT_KAFKA',
            hint: "Give a broker's own port, usually 9092, as --bootstrap-server.",
          }
        : { hint: 'A listener with TLS or SASL does this to a plain client: see --command-config.' };
  }
}

function speaksNoTls(at: string): Explanation {
  return {
    message: `${at} does not speak TLS, and kctl did`,
    code: 'TLS_NOT_EXPECTED',
    hint: 'Set security.protocol to PLAINTEXT or SASL_PLAINTEXT, or give the port of the listener with TLS.',
  };
}

async function isZooKeeper(address: Address, deadline: Deadline): Promise<boolean> {
  const asking = askFourLetterWord(address, 'srvr', new Deadline(Math.min(1000, deadline.remainingMs())));
  return asking.then(
    (answer) => answer.toString('latin1', 0, 17) === 'Zookeeper version',
    (error) => error instanceof KctlError && zooKeeperRefusals.includes(error.code),
  );
}

const zooKeeperRefusals = ['NOT_IN_WHITELIST', 'NOT_SERVING'];
