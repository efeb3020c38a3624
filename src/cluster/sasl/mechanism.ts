import type { Address } from '../../base/address.js';

/** One login on one connection: what is sent in answer to each challenge of the broker. */
export interface SaslConversation {
  /** The first thing said. */
  start(): Promise<Buffer>;
  /**
   * What is said to a challenge; undefined when there is nothing to say.
   * @throws Error when the challenge is not one that the right broker would send
   */
  answer(challenge: Buffer): Promise<Buffer | undefined>;
}

/** How to log in, on any number of connections. */
export interface SaslMechanism {
  /** As brokers name it: `PLAIN`, `SCRAM-SHA-512`, … */
  name: string;
  /** Who logs in, for messages; undefined where that stands in a token. */
  username?: string;
  begin(broker: Address): SaslConversation;
  /** What a refusal may be due to, from what is known here of the login; undefined where that says nothing. */
  explainRefusal?(): { code?: string; hint: string } | undefined;
}
