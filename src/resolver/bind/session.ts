import type { Outcome, Server, Surroundings } from '../model.ts';
import type { Message } from './message.ts';
import type { BindConf } from './resolv-conf.ts';

/** What dighost.c keeps of a name on its way (dig_lookup_t). */
export interface Lookup {
  /** As typed, or as the tool went on with it. */
  text: string;
  type: number;
  /** Which search domain is appended; undefined: none. */
  origin: number | undefined;
  /** The first of its name: whether to search is still to be decided. */
  fresh: boolean;
  needSearch: boolean;
  doneAsIs: boolean;
  /**
   * How many times more a server may be asked, this one counted; what is used up is gone for the names after it too.
   */
  retries: number;
  tcp: boolean;
  cookie: Uint8Array | undefined;
  sawBadCookie: boolean;
}

/** A reply that is shown, and to what. */
export interface Reply {
  lookup: Lookup;
  labels: readonly string[];
  message: Message;
  server: Server;
}

/** Where nslookup and dig differ on top of dighost.c. */
export interface Tool {
  name: 'nslookup' | 'dig';
  /** A reply without RA sends it to the next server (`check_ra`). */
  checksRecursion: boolean;
  /** Likewise SERVFAIL (`servfail_stops` is false). */
  passesServfail: boolean;
  bestEffort: boolean;
  searches: boolean;
  edns: number | undefined;
  /** Our part of a COOKIE option. */
  cookie: Uint8Array | undefined;
  authenticData: boolean;
  /** Shows a reply. @returns lookups to make after it */
  show(reply: Reply): Lookup[];
}

/** One run of a tool. */
export interface Session extends Pick<Surroundings, 'now' | 'random16' | 'because'> {
  tool: Tool;
  conf: BindConf;
  servers: readonly Server[];
  /** Takes a line as the tool prints it, with what it means for who waits, where it is bad news. */
  print(line: string, outcome?: Outcome): void;
}

/** A lookup at its beginning. */
export function newLookup(text: string, type: number, { attempts }: BindConf): Lookup {
  return {
    text,
    type,
    origin: undefined,
    fresh: true,
    needSearch: false,
    doneAsIs: false,
    retries: attempts,
    tcp: false,
    cookie: undefined,
    sawBadCookie: false,
  };
}
