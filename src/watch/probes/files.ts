import type { FileState, ProbeRecord } from '../../journal/probe-record.ts';
import type { FileText, Sources } from '../../resolver/sources.ts';
import { dialectsOf } from './dialects.ts';
import type { ProbeWorld } from './world.ts';

/** Reads the files that decide lookups, and keeps in the record what they say to each family of resolvers. */
export function createFilesReader(
  record: ProbeRecord,
  world: Pick<ProbeWorld, 'clock' | 'sources'>,
): (root: string) => Sources {
  let before = '';
  let seen = 0;
  return (root) => {
    const sources = world.sources(root);
    const now = JSON.stringify(sources.resolvConf);
    if (now !== before) seen = world.clock();
    before = now;
    record.files = {
      resolvConf: stateOf(sources.resolvConf),
      hosts: stateOf(sources.hosts),
      nsswitch: stateOf(sources.nsswitch),
      environment: sources.environment,
      dialects: dialectsOf(sources),
      resolvConfSeen: seen,
    };
    return sources;
  };
}

function stateOf(file: FileText): FileState {
  return file.state === 'ok' ? { state: 'ok', modified: file.modified } : file;
}
