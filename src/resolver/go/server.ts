import { DNS_PORT } from '../../dns/codes.ts';
import { endpoint } from '../address.ts';
import type { Server } from '../model.ts';
import { type Literal, literalText } from './literal.ts';

/** A nameserver as Go keeps it: text, which it dials. */
export interface GoServer {
  /** What errors name after `on`: the address as it is written in resolv.conf. */
  written: string;
  /** What errors name after `dial udp`: the address in canonical text. */
  dialled: string;
  /** Where packets go. */
  peer: Server;
}

/** A nameserver line's address (net/dnsconfig_unix.go: JoinHostPort). */
export function goServer(written: string, literal: Literal): GoServer {
  const address = literalText(literal);
  return {
    written: endpoint({ address: written, port: DNS_PORT }),
    dialled: endpoint({ address, port: DNS_PORT }),
    peer: { address: reached(address), port: DNS_PORT },
  };
}

/** A nameserver that is given by the user. */
export function givenServer(server: Server): GoServer {
  const text = endpoint(server);
  return { written: text, dialled: text, peer: server };
}

/** connect(2) to the unspecified address goes to loopback on Linux, and getpeername(2) says so. */
function reached(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}

/** net/dnsconfig.go, defaultNS. */
export const DEFAULT_SERVERS: readonly GoServer[] = [
  givenServer({ address: '127.0.0.1', port: DNS_PORT }),
  givenServer({ address: '::1', port: DNS_PORT }),
];
