import { isDeepStrictEqual } from 'node:util';
import { type FileState, MAX_FORMER, type ProbeRecord } from '../../journal/probe-record.ts';
import { endpoint } from '../../resolver/address.ts';
import type { FileText, Sources } from '../../resolver/sources.ts';
import { dialectsOf } from './dialects.ts';
import { nameserversOf } from './name-servers.ts';
import type { Place } from './place.ts';
import type { ProbeWorld } from './world.ts';

/** Reads the files that decide lookups, and keeps in the record what they say to each family of resolvers. */
export function createFilesReader(
  record: ProbeRecord,
  world: Pick<ProbeWorld, 'clock' | 'sources'>,
): (place: Place) => Sources {
  let before: Sources | undefined;
  let seen = 0;
  const named = new Set<string>();
  let root: string | undefined;
  return (place) => {
    const sources = world.sources(place);
    // Another root has other files: what the former ones said was never changed.
    if (place.root !== root) {
      before = undefined;
      named.clear();
    }
    root = place.root;
    if (!before || !sameFile(before.resolvConf, sources.resolvConf)) seen = world.clock();
    // A hosts file of many thousand lines takes long to judge, and seldom changes.
    const dialects = before && sayTheSame(before, sources) ? record.files?.dialects : undefined;
    before = sources;
    const servers = nameserversOf(sources).map(endpoint);
    for (const server of servers) {
      // The latest is the last.
      named.delete(server);
      named.add(server);
    }
    for (const server of [...named].slice(0, -MAX_FORMER - servers.length)) named.delete(server);
    record.files = {
      root: place.root,
      resolvConf: stateOf(sources.resolvConf),
      hosts: stateOf(sources.hosts),
      nsswitch: stateOf(sources.nsswitch),
      environment: sources.environment,
      dialects: dialects ?? dialectsOf(sources),
      resolvConfSeen: seen,
      formerNameservers: [...named].filter((server) => !servers.includes(server)).slice(-MAX_FORMER),
    };
    return sources;
  };
}

function sameFile(one: FileText, other: FileText): boolean {
  if (one.state !== 'ok' || other.state !== 'ok') return isDeepStrictEqual(one, other);
  return one.modified === other.modified && one.text === other.text;
}

/** Whether all that dialects are made of is as it was. */
function sayTheSame(one: Sources, other: Sources): boolean {
  return (
    sameFile(one.resolvConf, other.resolvConf) &&
    sameFile(one.hosts, other.hosts) &&
    sameFile(one.nsswitch, other.nsswitch) &&
    one.hostname === other.hostname &&
    isDeepStrictEqual([one.environment, one.interfaces], [other.environment, other.interfaces])
  );
}

function stateOf(file: FileText): FileState {
  return file.state === 'ok' ? { state: 'ok', modified: file.modified } : file;
}
