/**
 * What a scripted DNS server answers. It can answer wrongly on purpose: that is what it is for. The same script serves
 * real sockets (demo, lab) and the virtual clock (tests). encode-reply.ts makes the bytes.
 */

/** A query as a rule sees it. */
export interface ScriptedQuery {
  /** The server's address it was sent to. */
  server: string;
  proto: 'udp' | 'tcp';
  /** The client's address and port. */
  client: { address: string; port: number };
  /** Without the last dot; a byte string. */
  name: string;
  /** `A`, `AAAA`, … or the number. */
  type: string;
  /** The UDP payload size of its OPT record. */
  edns: number | undefined;
  /** How many times this server has seen this name (in any case) and type, this one counted. */
  nth: number;
  /** ms since the server started. */
  at: number;
  message: Uint8Array;
}

export interface ScriptedReply {
  rcode?: number;
  /** Targets of a chain of CNAMEs that begins at the question's name; addresses follow at its end. */
  cname?: readonly string[];
  /** Addresses for A queries. */
  a?: readonly string[];
  /** Addresses for AAAA queries. */
  aaaa?: readonly string[];
  /** Gives both families whatever was asked. */
  both?: boolean;
  /** More records, after the addresses: owner (absent: the question's), type, data. */
  records?: readonly { owner?: string; type: number; data: Uint8Array }[];
  ttl?: number;
  /** A SOA in the authority section. */
  soa?: boolean;
  tc?: boolean;
  aa?: boolean;
  /** RA, set unless false. */
  ra?: boolean;
  ad?: boolean;
  /** Without an OPT record although the query has one (FORMERR: never has one). */
  opt?: boolean;
  /** `none`: QDCOUNT 0; `other`: a question that was not asked; `lower`: the question's name in lower case. */
  question?: 'none' | 'other' | 'lower';
  /** The id of the query plus one. */
  wrongId?: boolean;
  delayMs?: number;
  /** Over TCP a byte at a time, so many ms apart. */
  dripMs?: number;
  /** Answers from another address or port than the query was sent to. */
  from?: { address: string; port?: number };
  /** How many more times the same reply is sent. */
  copies?: number;
  /** These bytes instead. */
  raw?: Uint8Array;
}
/** `silence` answers nothing; `close` ends a TCP connection. */
export type ScriptedAction = ScriptedReply | 'silence' | 'close';
export type Rule = (query: ScriptedQuery) => ScriptedAction | readonly ScriptedAction[];

/** How a server takes TCP connections: `silent` accepts and says nothing, `drop` never answers a SYN. */
export type TcpMode = 'ok' | 'refuse' | 'silent' | 'eof' | 'drop';

/** A server by its address. */
export type Script = Readonly<Record<string, Rule>>;
