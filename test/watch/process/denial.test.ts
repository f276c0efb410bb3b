/**
 * Why the kernel denies a process: the rows that were measured with kubelet, containerd and runc, and with podman. The
 * lab has the kernel itself judge most of them (test/lab/visibility.test.ts).
 */
import { describe, expect, it } from 'vitest';
import type { BlockedReason } from '../../../src/journal/looks.ts';
import type { Ids, ProcessStatus } from '../../../src/procfs/process-status.ts';
import { whyDenied } from '../../../src/watch/process/denial.ts';

const ids = (id: number): Ids => ({ real: id, effective: id, saved: id, filesystem: id });

function status(uid: number, gid: number, effective = 0n, permitted = effective): ProcessStatus {
  return {
    ...{ name: 'app', ppid: 0, uids: ids(uid), gids: ids(gid), groups: [], threads: 1, nsPids: [] },
    ...{ capPermitted: permitted, capEffective: effective },
  };
}

/** What runtimes give to root. */
const DEFAULT = 0xa80425fbn;
const PTRACE = 1n << 19n;
const READ_SEARCH = 1n << 2n;

const ROWS: readonly [string, ProcessStatus, ProcessStatus, BlockedReason, RegExp | undefined][] = [
  [
    'another gid',
    status(65532, 1000),
    status(65532, 65532),
    'gid',
    /`runAsUser: 65532`, `runAsGroup: 65532`/,
  ],
  ['gid 0', status(65532, 0), status(65532, 65532), 'gid', /`runAsGroup: 65532`/],
  [
    'another user',
    status(1000, 1000),
    status(65532, 65532),
    'uid',
    /`runAsUser: 65532`, `runAsGroup: 65532`/,
  ],
  ['root, drop ALL', status(0, 0), status(1000, 2000), 'uid', /`runAsUser: 1000`, `runAsGroup: 2000`/],
  ['root, default', status(0, 0, DEFAULT), status(1000, 1000), 'uid', /`runAsUser: 1000`/],
  ['root, SYS_PTRACE: environ', status(0, 0, PTRACE), status(1000, 1000), 'capability', /`runAsUser: 1000`/],
  [
    'SYS_PTRACE on Kubernetes',
    status(65532, 65532, 0n, PTRACE),
    status(1000, 1000),
    'uid',
    /`runAsUser: 1000`/,
  ],
  [
    'SYS_PTRACE by podman',
    status(65532, 65532, PTRACE),
    status(1000, 1000),
    'capability',
    /`runAsUser: 1000`/,
  ],
  [
    'root, drop ALL, beside root',
    status(0, 0),
    status(0, 0, DEFAULT),
    'capability',
    /`capabilities: \{ drop: \[ALL\] \}`/,
  ],
  ['a capability that is not effective', status(7, 7, 0n, 1n), status(7, 7, 1n), 'capability', /not root/],
  ['beside root', status(65532, 65532), status(0, 0, DEFAULT), 'uid', /not as root .*`runAsUser: 65532`/],
  [
    'root beside a user, seen by podman',
    status(1000, 3, PTRACE),
    status(0, 0),
    'capability',
    /`runAsUser: 1000`, `runAsGroup: 3`/,
  ],
  ['a binary of mode 0711', status(65532, 65532), status(65532, 65532), 'non-dumpable', /chmod/],
  ['mode 0711, its own user with SYS_PTRACE', status(7, 7, PTRACE), status(7, 7), 'non-dumpable', /chmod/],
  ['denied to root with SYS_PTRACE', status(0, 0, PTRACE), status(0, 0), 'capability', undefined],
  ['denied to who may all', status(0, 0, PTRACE | READ_SEARCH), status(1000, 1000), 'capability', undefined],
];

describe('why it is denied', () => {
  it.each(ROWS)('%s', (_, own, its, reason, cure) => {
    const denial = whyDenied(own, its);
    expect(denial.reason).toBe(reason);
    if (cure) expect(denial.cure).toMatch(cure);
    else expect(denial).not.toHaveProperty('cure');
    expect(denial.why).toContain(`${own.uids.effective}:${own.gids.effective}`);
    expect(denial.why).toContain(`${its.uids.effective}:${its.gids.effective}`);
    expect(denial.cure ?? '').not.toContain('PTRACE');
  });

  it.each(['real', 'effective', 'saved'] as const)('the %s uid, and gid, must be ours as well', (which) => {
    const own = status(1000, 1000);
    for (const [part, reason] of [
      ['uids', 'uid'],
      ['gids', 'gid'],
    ] as const) {
      const its = status(1000, 1000);
      const denial = whyDenied(own, { ...its, [part]: { ...its[part], [which]: 0 } });
      expect(denial).toMatchObject({
        reason,
        why: expect.stringContaining(`${which === 'real' ? `real ${reason} is` : which} 0`),
      });
      // To run as it does would not help: it is two users at once.
      expect(denial).not.toHaveProperty('cure');
    }
  });

  it('of ours it is the filesystem uid that counts', () => {
    const own = { ...status(65532, 65532), uids: { ...ids(65532), filesystem: 5 } };
    expect(whyDenied(own, status(65532, 65532)).reason).toBe('uid');
  });
});
