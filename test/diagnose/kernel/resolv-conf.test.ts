import { describe, expect, it } from 'vitest';
import type { FilesRecord } from '../../../src/journal/probe-record.ts';
import { dialectsOf } from '../../../src/watch/probes/dialects.ts';
import { sourcesWith } from '../../watch/probes/fake-world.ts';
import { appWith, found, NOW, probesWith, processesWith, short } from './seen.ts';

const HOUR = 3_600_000;
const OURS = 'nameserver 10.96.0.10\nsearch default.svc.cluster.local\n';

function filesAt(root: string): FilesRecord {
  const state = { state: 'ok' as const, modified: NOW - HOUR };
  return {
    root,
    resolvConf: state,
    hosts: state,
    nsswitch: state,
    environment: {},
    dialects: dialectsOf(sourcesWith(OURS)),
    resolvConfSeen: NOW - HOUR,
    formerNameservers: [],
  };
}

/** The application's file, so much older or younger than ours. */
function stale(text: string, age: number, root = '/') {
  const probes = probesWith([]);
  probes.files = filesAt(root);
  const file = { state: 'ok' as const, text, modified: NOW - HOUR - age };
  const absent = { state: 'absent' as const };
  const processes = processesWith({
    root: '/proc/7/root',
    files: { resolvConf: file, hosts: absent, nsswitch: absent },
  });
  return found('resolv-conf-stale', { probes, processes });
}

describe('resolv-conf-stale by the application’s own file', () => {
  it('is a warning where it is older than ours and says otherwise', () => {
    const findings = stale('nameserver 10.0.0.1\nsearch old.test\n', HOUR);
    expect(short(findings)).toEqual(['warning /etc/resolv.conf']);
    expect(findings[0]?.evidence).toEqual([
      'server (pid 7) has another resolv.conf than this sidecar: `nameserver 10.0.0.1:53; search old.test.`, written 2026-11-23T08:00:00Z; here `nameserver 10.96.0.10:53; search default.svc.cluster.local.`, written 2026-11-23T09:00:00Z',
    ]);
    expect(short(stale('nameserver 10.96.0.10\nsearch old.test\n', HOUR))).toHaveLength(1);
  });

  it('is none where both say the same, or the application’s is the younger', () => {
    expect(stale(`# generated\n${OURS}`, HOUR)).toEqual([]);
    expect(stale('nameserver 10.0.0.1\n', -HOUR / 2)).toEqual([]);
  });

  it('is none where the application’s own file is the one that is read', () => {
    expect(stale('nameserver 10.0.0.1\n', HOUR, '/proc/7/root')).toEqual([]);
  });

  it('is evidence of failures at a server that the file names no more', () => {
    const line = 'lookup a on 10.0.0.1:53: read udp 10.244.0.5:41234->10.0.0.1:53: i/o timeout';
    const probing = (root: string) => {
      const probes = probesWith([]);
      probes.files = { ...filesAt(root), formerNameservers: ['10.0.0.1:53'] };
      const processes = processesWith({ root: '/proc/7/root' });
      return found('resolv-conf-stale', { probes, processes, apps: [appWith([[line, NOW]])] });
    };
    expect(probing('/proc/7/root')[0]?.severity).toBe('critical');
    expect(probing('/proc/7/root')[0]?.evidence.at(-1)).toBe(
      'these are the files of server (pid 7) itself, read through /proc/7/root',
    );
    expect(probing('/')[0]?.evidence.at(-1)).not.toContain('these are the files');
  });
});
