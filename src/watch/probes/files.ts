import { type FileState, MAX_FORMER, type ProbeRecord } from '../../journal/probe-record.ts';
import { endpoint } from '../../resolver/address.ts';
import type { FileText, Sources } from '../../resolver/sources.ts';
import { dialectsOf } from './dialects.ts';
import { nameserversOf } from './name-servers.ts';
import type { ProbeWorld } from './world.ts';

/** Reads the files that decide lookups, and keeps in the record what they say to each family of resolvers. */
export function createFilesReader(
  record: ProbeRecord,
  world: Pick<ProbeWorld, 'clock' | 'sources'>,
): (root: string) => Sources {
  let before = '';
  let seen = 0;
  const named = new Set<string>();
  return (root) => {
    const sources = world.sources(root);
    const now = JSON.stringify(sources.resolvConf);
    if (now !== before) seen = world.clock();
    before = now;
    const servers = nameserversOf(sources).map(endpoint);
    for (const server of servers) {
      // The latest is the last.
      named.delete(server);
      named.add(server);
    }
    for (const server of [...named].slice(0, -MAX_FORMER - servers.length)) named.delete(server);
    record.files = {
      resolvConf: stateOf(sources.resolvConf),
      hosts: stateOf(sources.hosts),
      nsswitch: stateOf(sources.nsswitch),
      environment: sources.environment,
      dialects: dialectsOf(sources),
      resolvConfSeen: seen,
      formerNameservers: [...named].filter((server) => !servers.includes(server)).slice(-MAX_FORMER),
    };
    return sources;
  };
}

function stateOf(file: FileText): FileState {
  return file.state === 'ok' ? { state: 'ok', modified: file.modified } : file;
}
