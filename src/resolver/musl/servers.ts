import { DNS_PORT } from '../../dns/codes.ts';
import { addressBytes, addressText, endpoint, isLinkLocal, unmapped } from '../address.ts';
import type { Server } from '../model.ts';

/** The first of the servers that is where a reply came from; v4-mapped or not is the same. */
export function serverOf(servers: readonly Server[], from: Server): Server | undefined {
  return servers.find(
    (server) =>
      server.port === from.port &&
      !scopeGetsLost(server.address) &&
      (server.address === from.address || plain(server.address) === plain(from.address)),
  );
}

/**
 * Whether replies come without the scope that an address has: musl compares it, and the kernel gives it for link-local
 * addresses only.
 */
export function scopeGetsLost(address: string): boolean {
  return address.includes('%') && !isLinkLocal(addressBytes(address) ?? new Uint8Array());
}

function plain(address: string): string {
  const bytes = addressBytes(address);
  return bytes ? addressText(unmapped(bytes)) : address;
}

/** `10.0.0.10`; with a port that resolv.conf cannot give, `127.0.0.1:5353`. */
export function serverText(server: Server): string {
  return server.port === DNS_PORT ? server.address : endpoint(server);
}

/** `10.0.0.10, 10.0.0.11 and 10.0.0.12` */
export function serversText(servers: readonly Server[]): string {
  const texts = servers.map(serverText);
  return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
