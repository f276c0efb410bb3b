import { addressBytes, addressText, isLinkLocal, unmapped } from '../address.ts';
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

/** Whether replies come without the scope that an address has: musl compares it, the kernel only gives it for link-local. */
export function scopeGetsLost(address: string): boolean {
  return address.includes('%') && !isLinkLocal(addressBytes(address) ?? new Uint8Array());
}

function plain(address: string): string {
  const bytes = addressBytes(address);
  return bytes ? addressText(unmapped(bytes)) : address;
}

/** `10.0.0.10 and 10.0.0.11` */
export function serversText(servers: readonly Server[]): string {
  const addresses = servers.map(({ address }) => address);
  return addresses.length < 2
    ? addresses.join()
    : `${addresses.slice(0, -1).join(', ')} and ${addresses.at(-1)}`;
}
