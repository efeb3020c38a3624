import { type Address, formatAddress } from '../base/address.js';
import { type Deadline, pause } from '../base/deadline.js';
import { BrokerLink, type LinkOptions } from './broker-link.js';
import type { Transport } from './transport.js';

/** How long the next of several addresses waits for the one before it. */
const staggerMs = 300;

/** The connections of one command: one for each broker and purpose, opened when it is first asked for. */
export class LinkPool {
  readonly #links = new Map<string, Promise<BrokerLink>>();

  constructor(
    private readonly transport: Transport,
    private readonly options: LinkOptions,
  ) {}

  /** The open connection for this purpose, or a new one. @throws KctlError exit 3 or 6 */
  link(address: Address, purpose: string, deadline: Deadline): Promise<BrokerLink> {
    const key = `${formatAddress(address)} ${purpose}`;
    const known = this.#links.get(key);
    if (known) {
      return known.then((link) => {
        if (link.isOpen) return link;
        if (this.#links.get(key) === known) this.#links.delete(key);
        return this.link(address, purpose, deadline);
      });
    }
    const timeoutMs = Math.min(deadline.timeoutMs * 0.45, deadline.remainingMs());
    const opening = BrokerLink.open(this.transport, address, { ...this.options, timeoutMs });
    this.#links.set(key, opening);
    opening.catch(() => {
      if (this.#links.get(key) === opening) this.#links.delete(key);
    });
    return opening;
  }

  /**
   * A connection to the first of several addresses that answers; the next one is tried after a failure or a
   * short wait.
   * @param failed told of each address that could not be used
   * @throws what the last failure threw, when all failed
   */
  firstLink(
    addresses: Address[],
    purpose: string,
    deadline: Deadline,
    failed: (address: Address, error: unknown) => void,
  ): Promise<BrokerLink> {
    return firstOf(addresses, async (address) => {
      try {
        return await this.link(address, purpose, deadline);
      } catch (error) {
        failed(address, error);
        throw error;
      }
    });
  }

  close(): void {
    this.#links.clear();
    this.transport.close();
  }
}

/** The first success among attempts that start one after another, each when the one before failed or was slow. */
async function firstOf<From, To>(items: From[], attempt: (item: From) => Promise<To>): Promise<To> {
  const running: Array<Promise<To>> = [];
  let won = false;
  let wake = () => {};
  for (const item of items) {
    const settled = new AbortController();
    wake = () => settled.abort();
    const current = attempt(item);
    current.then(
      () => {
        won = true;
        wake();
      },
      () => wake(),
    );
    running.push(current);
    await pause(staggerMs, settled.signal);
    if (won) break;
  }
  return Promise.any(running);
}
