/** What a nameserver was asked by itself, and what came. Part of probe-record.ts: times and durations are as there. */

/** One query to one server, and what came. */
export interface ServerCheck {
  at: number;
  proto: 'udp' | 'tcp';
  edns: boolean;
  type: 'A' | 'AAAA';
  /** Absolute, without the last dot. Every server is asked for the same name in one round. */
  name: string;
  /** The target whose name it is; absent: no target is known, and the name is one that nobody has to have. */
  target?: string;
  /** Until the reply, or until it was given up. */
  durationMs: number;
  result: CheckResult;
}

export type CheckResult = CheckReply | CheckFailure;

/** A reply to the question that was asked, from the address that was asked. */
export interface CheckReply {
  kind: 'reply';
  /** Extended by OPT: `NOERROR`, `BADVERS`. */
  rcode: string;
  tc: boolean;
  ra: boolean;
  aa: boolean;
  /** Whether it has an OPT record. */
  opt: boolean;
  /** Why, in the server's own words (RFC 8914): `DNSSEC Bogus (6)`. */
  extendedErrors?: string[];
  /** ANCOUNT */
  answers: number;
  /** Of the asked type, sorted, at most 64. */
  addresses: string[];
  /** glibc ends the chain at an address whose CNAME comes later: `address-before-cname`. */
  order: 'no-cname' | 'cname-first' | 'address-before-cname';
  bytes: number;
}

/**
 * No usable reply. `closed`: the peer ended the TCP connection. `errno` of
 * `error`: ECONNREFUSED, EPERM, ENETUNREACH.
 */
export interface CheckFailure {
  kind: 'timeout' | 'closed' | 'malformed' | 'error';
  errno?: string;
  /** What failed, or was waited for: a TCP check stands at `connect` until the connection is made. */
  call?: 'connect' | 'send' | 'receive';
}

/** Which replies of an A and AAAA pair did not come in the time a resolver waits. */
export type Lost = 'none' | 'a' | 'aaaa' | 'both';

/**
 * A and AAAA sent one right after the other: from one port as glibc and musl do, from two as Go does. Half a pair
 * lost from one port and none from two: conntrack's race, or a middlebox that lets one reply through a port.
 */
export interface PairCheck {
  at: number;
  name: string;
  onePort: Lost;
  twoPorts: Lost;
  /**
   * Which was asked first from each: `AAAA` in every other round, so that "the
   * second" and "AAAA" can be told apart.
   */
  first: 'A' | 'AAAA';
}
