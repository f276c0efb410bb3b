import { describe, expect, it } from 'vitest';
import type { BlockedReason, Look, Watcher } from '../../../src/journal/looks.ts';
import {
  blockedKernel,
  conntrackKernel,
  found,
  kernelWith,
  NODE_URL,
  NOW,
  processesWith,
  short,
  times,
} from './seen.ts';

const PROCESS = 'the application’s process';
const POD = "this pod's network namespace";

const look = (watcher: Watcher, reason: BlockedReason, cure?: string): Look => ({
  watcher,
  state: 'denied',
  reason,
  why: `${watcher}: ${reason}`,
  ...(cure !== undefined && { cure }),
});
const blocked = (looks: readonly Look[], more = {}) =>
  found('watcher-blocked', { kernel: blockedKernel(looks), ...more });

describe('watcher-blocked', () => {
  it.each<[Watcher, BlockedReason, string[]]>([
    ['environ', 'uid', [`warning ${PROCESS}`]],
    ['environ', 'gid', [`warning ${PROCESS}`]],
    ['exe', 'capability', [`warning ${PROCESS}`]],
    ['maps', 'non-dumpable', [`warning ${PROCESS}`]],
    ['process', 'no-shared-namespace', [`info ${PROCESS}`]],
    ['process', 'no-proc', [`warning ${PROCESS}`]],
    ['process', 'no-app', [`info ${PROCESS}`]],
    ['process', 'other-namespace', [`info ${PROCESS}`]],
    ['udp', 'too-large', [`info ${POD}`]],
    ['snmp', 'malformed', [`warning ${POD}`]],
    ['node', 'unreachable', ['warning the node']],
    ['node', 'malformed', ['warning the node']],
    ['node', 'absent', ['info the node']],
    ['conntrack', 'absent', []],
    ['softnet', 'absent', []],
    ['conntrack-table', 'mode', []],
    ['conntrack-table', 'too-large', []],
  ])('%s, %s', (watcher, reason, expected) => {
    expect(short(blocked([look(watcher, reason)]))).toEqual(expected);
  });

  it('is one finding of the process, with each reason once and what to change', () => {
    const cure = 'securityContext: {runAsUser: 65532, runAsGroup: 65532}';
    const findings = blocked([
      look('environ', 'gid', cure),
      look('exe', 'gid', cure),
      { watcher: 'maps', state: 'ok' },
      look('process', 'no-app'),
    ]);
    expect(short(findings)).toEqual([`warning ${PROCESS}`]);
    expect(findings[0]?.title).toBe(`Not seen of ${PROCESS} (environ, exe, process): its gid is not ours`);
    expect(findings[0]?.evidence).toEqual(['environ: gid', 'exe: gid', 'process: no-app']);
    expect(findings[0]?.fix).toBe(cure);
  });

  it('has the securityContext to set, where the look has not', () => {
    const processes = processesWith({ uid: 1_000, gid: 2_000 });
    const [finding] = blocked([look('environ', 'uid')], { processes });
    expect(finding?.fix).toContain('`securityContext: {runAsUser: 1000, runAsGroup: 2000}`');
  });

  it('is no warning of a process that is only guessed to be the application, and says that it is a guess', () => {
    const guess = { ...processesWith({ isGuess: true }), because: 'no other process can be it' };
    const [finding] = blocked([look('environ', 'uid'), look('exe', 'uid')], { processes: guess });
    expect(finding).toMatchObject({
      severity: 'info',
      evidence: ['environ: uid', 'exe: uid', 'server (pid 7) is taken for it: no other process can be it'],
    });
    const known = { ...guess, ...processesWith() };
    expect(short(blocked([look('environ', 'uid')], { processes: known }))).toEqual([`warning ${PROCESS}`]);
    // Of the node and of the network namespace it says nothing.
    expect(short(blocked([look('snmp', 'malformed')], { processes: guess }))).toEqual([`warning ${POD}`]);
  });

  it('takes one scrape of the node that failed for an accident', () => {
    const { conntrack } = conntrackKernel(times(2, { entries: 5, limit: 10 }));
    const kernel = blockedKernel([look('node', 'unreachable')], { conntrack });
    expect(found('watcher-blocked', { kernel })).toEqual([]);
    expect(found('watcher-blocked', { kernel }, { now: NOW + 61_000 })).toHaveLength(1);
  });

  it('closes when all is seen, and says nothing where nothing is looked at', () => {
    expect(blocked([{ watcher: 'environ', state: 'ok' }])).toEqual([]);
    expect(found('watcher-blocked', { kernel: kernelWith() })).toEqual([]);
    expect(found('watcher-blocked', {})).toEqual([]);
  });

  it('where there is no /proc, the node’s connection tracking is not observable either', () => {
    const { lastSample: _, ...unseen } = blockedKernel([look('process', 'no-proc')]);
    expect(found('conntrack-not-observable', { kernel: unseen })).toHaveLength(1);
    expect(found('conntrack-not-observable', { kernel: { ...unseen, looks: new Map() } })).toEqual([]);
  });

  it('of a node that is not to be had, beside conntrack-not-observable', () => {
    const kernel = blockedKernel([look('node', 'unreachable', `let the pod reach ${NODE_URL}`)]);
    expect(found('watcher-blocked', { kernel })[0]?.fix).toContain(NODE_URL);
    expect(found('conntrack-not-observable', { kernel })[0]?.evidence).toContain(
      'the node: node: unreachable',
    );
  });
});
