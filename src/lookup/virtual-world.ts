import type { Rule, TcpMode } from '../dns/script.ts';
import type { Errno } from '../resolver/model.ts';
import type { Interface } from '../resolver/sources.ts';

/** What a virtual network is made of. */
export interface World {
  /** Rules by server address; an address of this machine without a rule has no listener. */
  servers: Readonly<Record<string, Rule>>;
  tcp?: Readonly<Record<string, TcpMode>>;
  /** This machine's addresses: what is in none of their prefixes has no route. */
  interfaces: readonly Interface[];
  /**
   * What the kernel says in place of success: to sockets of a kind, to sending, and in return for a datagram (ICMP).
   */
  faults?: Partial<Record<'udp' | 'tcp' | 'send' | 'receive', Errno>>;
  seed?: number;
  /** Replies take up to so much longer, ms, by the seed: of two that would come at once either may be first. */
  jitterMs?: number;
}
