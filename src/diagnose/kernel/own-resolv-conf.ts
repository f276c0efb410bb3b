/** The application's own resolv.conf beside the one that this process reads. */

import type { FilesRecord } from '../../journal/probe-record.ts';
import type { ProcessesRecord } from '../../journal/process-record.ts';
import { endpoint } from '../../resolver/address.ts';
import { readResolvConf } from '../../resolver/go/resolv-conf.ts';
import { RELEASES } from '../../resolver/models.ts';

export interface OtherResolvConf {
  /** What the application's says and what ours does: `nameserver 10.0.0.1:53, search a.test`. */
  theirs: string;
  ours: string;
  /** When each was written, ms since the epoch. */
  theirsWritten: number;
  oursWritten: number;
  /** Whose it is: `server (pid 7)` */
  process: string;
}

/** Undefined where both say the same, one cannot be read, or it is the application's that is read. */
export function otherResolvConf(
  { root, resolvConf, dialects }: FilesRecord,
  processes: ProcessesRecord | undefined,
): OtherResolvConf | undefined {
  const app = processes?.app;
  const file = app?.files?.resolvConf;
  const go = dialects.find(({ dialect }) => dialect === 'go');
  if (!app || file?.state !== 'ok' || resolvConf.state !== 'ok' || !go || root === app.root) return undefined;
  // The name of its host is not known; without a search line two files agree in that.
  const { servers, search } = readResolvConf({ resolvConf: file, hostname: '' }, RELEASES.go.newest);
  const theirs = textOf(
    servers.map(({ peer }) => endpoint(peer)),
    search,
  );
  const ours = textOf(go.nameservers, search.length > 0 ? go.search : []);
  if (theirs === ours) return undefined;
  return {
    theirs,
    ours,
    theirsWritten: file.modified,
    oursWritten: resolvConf.modified,
    process: `${app.comm} (pid ${app.pid})`,
  };
}

function textOf(servers: readonly string[], search: readonly string[]): string {
  return [
    `nameserver ${servers.join(', ')}`,
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
  ].join('; ');
}
