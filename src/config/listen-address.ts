/** Where to listen: host absent for all addresses of both families. */
export interface ListenAddress {
  host?: string;
  port: number;
}

/** `:9653`, `127.0.0.1:9653`, `[::1]:9653`, `localhost:0`; undefined for anything else. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.%\w]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  if (!match || port > 65_535) return undefined;
  const host = match[1] ?? match[2];
  return host ? { host, port } : { port };
}
