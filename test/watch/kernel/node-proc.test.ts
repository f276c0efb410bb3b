import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNodeConntrack } from '../../../src/watch/kernel/node-proc.ts';
import { UNSHARE } from '../../lab/namespace.ts';
import { describeInLab } from '../../lab/requirements.ts';

/** Columns of 6.18. */
const STAT = `entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart
0000002a  00000001 00000000 00000000 00000002 00000000 00000000 00000000 00000000 00000003 00000004 00000005 00000000  00000000 00000000 00000000 00000006
0000002a  00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000  00000000 00000000 00000000 00000000
`;
const COUNTERS = {
  clash_resolved: 2,
  invalid: 2,
  insert_failed: 3,
  drop: 4,
  early_drop: 5,
  search_restart: 6,
};
const NETFILTER = 'sys/net/netfilter';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'node-proc-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A tree of files that plays a /proc. */
function tree(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return join(directory, name);
}
const own = () => tree('own', { 'self/net/udp': '' });
const node = (files: Record<string, string> = {}) =>
  tree('node', {
    '1/net/udp': '',
    [`${NETFILTER}/nf_conntrack_max`]: '262144\n',
    [`${NETFILTER}/nf_conntrack_buckets`]: '65536\n',
    [`${NETFILTER}/nf_conntrack_udp_timeout`]: '30\n',
    ...files,
  });
const tracking = { '1/net/stat/nf_conntrack': STAT };
const failure = (reason: string, why: string | RegExp, cure: RegExp) => ({
  state: 'failed',
  reason,
  why: expect.stringMatching(why),
  cure: expect.stringMatching(cure),
});

describe('the node’s /proc', () => {
  it('gives what process 1’s namespace counts, and of the settings what is one for the machine', () => {
    expect(readNodeConntrack(node(tracking), own())).toEqual({
      state: 'ok',
      sample: { entries: 42, limit: 262_144, counters: COUNTERS },
      settings: { buckets: 65_536 },
    });
  });

  it('is not there', () => {
    const missing = join(directory, 'missing');
    expect(readNodeConntrack(missing, own())).toEqual(
      failure('failed', `^${missing} is not there$`, /hostPath: \{path: \/proc\}/),
    );
  });

  it.each([
    ['an empty directory', { 'a/b': '' }],
    ['one that has a file for process 1', { '1': '' }],
  ])('is no /proc: %s', (_, files) => {
    const other = tree('node', files);
    expect(readNodeConntrack(other, own())).toEqual(
      failure('failed', `^${other}/1/net is not there: .*hidepid`, /hostPath/),
    );
  });

  it('has no counters', () => {
    expect(readNodeConntrack(node(), own())).toEqual(
      failure('absent', /has not loaded nf_conntrack, or .*CONFIG_NF_CONNTRACK_PROCFS$/, /metricsUrl/),
    );
  });

  it('has counters that are none', () => {
    const broken = node({ '1/net/stat/nf_conntrack': 'garbage\n' });
    expect(readNodeConntrack(broken, own())).toEqual(
      failure('malformed', /nf_conntrack: no line/, /metricsUrl/),
    );
  });

  it('has no limit that can be read: it is left out', () => {
    const odd = node({ ...tracking, [`${NETFILTER}/nf_conntrack_max`]: 'many\n' });
    expect(readNodeConntrack(odd, own())).toMatchObject({ state: 'ok', sample: { entries: 42 } });
    expect(readNodeConntrack(odd, own())).not.toHaveProperty('sample.limit');
  });

  it('cannot be told from ours where ours is not seen', () => {
    expect(readNodeConntrack(node(tracking), join(directory, 'missing'))).toEqual(
      failure('failed', /cannot be told apart from this pod’s/, /`proc`/),
    );
  });
});

describe('this machine’s own /proc', () => {
  it('is not the node’s: process 1 is in our own network namespace', () => {
    expect(readNodeConntrack('/proc', '/proc')).toEqual(
      failure(
        'failed',
        /^\/proc is not the node’s: its process 1 is in this pod’s network namespace$/,
        /read-only.*hostPath: \{path: \/proc\}/,
      ),
    );
  });
});

/** A pod: processes and a network of its own, and the machine's /proc beside its own. */
const ASK = fileURLToPath(new URL('ask-node-proc.ts', import.meta.url));
function fromPod(script: string): unknown {
  const [command, ...namespaces] = [...UNSHARE, '--pid', '--fork'];
  const shell = `mkdir -p "$1/host"; mount --rbind /proc "$1/host"; mount -t proc proc /proc; ${script}`;
  const args = [...namespaces, 'sh', '-ec', shell, 'sh', directory, process.execPath, ASK];
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
}

describeInLab('the node’s /proc in a pod', () => {
  it('is the node’s, and the pod’s own is not', () => {
    const told = fromPod('"$2" "$3" "$1/host"');
    // Whether this machine tracks connections is its own business: either is told of process 1 there.
    expect(told).not.toMatchObject({ reason: 'failed' });
    expect(fromPod('"$2" "$3" /proc')).toMatchObject({
      why: expect.stringContaining('is not the node’s'),
    });
  });

  it.each([1, 2])('says so where hidepid=%d hides process 1', (hidepid) => {
    if (process.getuid?.() !== 0) return;
    const told = fromPod(
      `umount -l "$1/host"; mount -t proc -o hidepid=${hidepid} proc "$1/host"; chmod 755 "$1"; setpriv --reuid 65532 --regid 65532 --clear-groups "$2" "$3" "$1/host"`,
    );
    expect(told).toMatchObject({ state: 'failed', why: expect.stringMatching(/\/1\/net/) });
  });
});
