import { describe, expect, it } from 'vitest';
import { type Candidate, chooseApp } from '../../../src/watch/process/choose.ts';

let startTicks = 0;
/** Each was started after the one before. */
function candidate(pid: number, more: Partial<Candidate> = {}): Candidate {
  startTicks += 100;
  return { isOurs: false, pid, ppid: 0, startTicks, comm: 'app', ...more };
}
const go = (pid: number, name = 'app', more: Partial<Candidate> = {}) =>
  candidate(pid, { comm: name.slice(0, 15), exe: `/usr/bin/${name}`, isGo: true, ...more });
const other = (pid: number, name: string) => candidate(pid, { comm: name, exe: `/bin/${name}`, isGo: false });
/** Of another user: its exe may not be read. */
const denied = (pid: number, argv0: string, more: Partial<Candidate> = {}) =>
  candidate(pid, { comm: argv0.split('/').at(-1)?.slice(0, 15) ?? '', argv0, ...more });

const auto = (...all: Candidate[]) => chooseApp(all, { pid: 'auto' });
const pids = (some: readonly Candidate[]) => some.map(({ pid }) => pid);

describe('by itself', () => {
  it.each([
    ['the only Go process', [other(1, 'nginx'), go(7)], 7, [], /^the only Go process$/],
    ['the oldest of several', [go(7), go(8, 'other')], 7, [8], /oldest of 2.*target\.pid or target\.exe/],
    ['older, not of a lesser pid', [go(9, 'first'), go(8, 'second')], 9, [8], /oldest/],
    ['one that can be read', [denied(6, '/secret'), go(7)], 7, [6], /only Go process that can be read/],
    ['no sidecar', [go(3, 'pilot-agent'), go(7)], 7, [3], /only Go process that is not known/],
    ['no service of the node', [go(3, 'containerd-shim-runc-v2'), go(7)], 7, [3], /only Go process/],
    ['a sidecar where it is alone', [go(3, 'daprd')], 3, [], /target\.pid/],
    [
      'what cannot be read before a sidecar',
      [go(3, 'cloud-sql-proxy'), denied(7, '/app')],
      7,
      [3],
      /no other/,
    ],
    [
      'the only one that may be',
      [denied(1, '/pause'), denied(5, 'sh'), denied(7, '/app')],
      7,
      [],
      /may not be read/,
    ],
    [
      'the one beside a denied sidecar',
      [denied(5, '/usr/local/bin/envoy'), denied(7, '/app')],
      7,
      [5],
      /no other/,
    ],
    ['the only one, though not even its name is known', [candidate(7)], 7, [], /may not be read/],
    ['none of two that may be', [denied(7, '/one'), denied(8, '/two')], undefined, [7, 8], /target\.pid/],
    ['no pause, though it were of Go', [go(1, 'pause'), go(7)], 7, [], /^the only Go process$/],
    ['nothing of ours', [go(3, 'helper', { isOurs: true })], undefined, [], /none/],
    [
      'nothing of another pod',
      [go(3, 'x', { sameNetwork: false }), go(7, 'y', { sameNetwork: true })],
      7,
      [],
      /only/,
    ],
    ['nothing where there is nothing', [], undefined, [], /none/],
    [
      'the parent of its own kind',
      [go(7, 'a', { ppid: 1 }), go(8, 'a', { ppid: 7 })],
      7,
      [],
      /^the only Go process$/,
    ],
    [
      'the parent that cannot be read',
      [denied(7, '/a'), denied(8, '/a', { ppid: 7 })],
      7,
      [],
      /may not be read/,
    ],
    ['no parent of another kind', [other(1, 'sh'), go(7, 'a', { ppid: 1 })], 7, [], /only/],
    ['its own parent', [go(7, 'a', { ppid: 7 })], 7, [], /only/],
  ] as const)('takes %s', (_, all, pid, others, because) => {
    const choice = auto(...all);
    expect(choice.app?.pid).toBe(pid);
    expect(pids(choice.others)).toEqual(others);
    expect(choice.because).toMatch(because);
    // The order in which /proc lists them says nothing.
    expect(auto(...[...all].reverse())).toEqual(choice);
  });
});

describe('after the one of before', () => {
  const chosenAfter = (earlier: Candidate, ...all: Candidate[]) => chooseApp(all, { pid: 'auto' }, earlier);

  it('takes its program again, though another has run for longer', () => {
    const [app, beside] = [go(7), go(8, 'other')];
    const again = go(9);
    expect(chosenAfter(app, beside, again)).toMatchObject({
      app: { pid: 9 },
      others: [{ pid: 8 }],
      because: expect.stringMatching(/as before.*target\.exe/),
    });
    // And stays with it.
    expect(chosenAfter(again, beside, again).app?.pid).toBe(9);
    expect(chosenAfter(again, again)).toMatchObject({ app: { pid: 9 }, because: 'the only Go process' });
    expect(chosenAfter(app, app, beside)).toMatchObject({
      app: { pid: 7 },
      because: expect.stringMatching(/oldest of 2/),
    });
  });

  it('waits for it where only others are', () => {
    const app = go(7);
    for (const beside of [go(8, 'other'), go(8, 'pilot-agent'), denied(8, '/secret')]) {
      const choice = chosenAfter(app, beside);
      expect(choice).toMatchObject({
        others: [{ pid: 8 }],
        because: expect.stringContaining('/usr/bin/app'),
      });
      expect(choice.app).toBeUndefined();
    }
    expect(chosenAfter(app)).toEqual(auto());
  });

  it('stays with the process, whatever may be read of it now', () => {
    const app = go(7);
    const { isGo: _, exe: __, ...hidden } = app;
    expect(chosenAfter(app, go(8, 'other'), hidden).app?.pid).toBe(7);
  });

  it('keeps to no sidecar and to no guess', () => {
    const [sidecar, guess] = [go(7, 'daprd'), denied(8, '/app')];
    expect(chosenAfter(sidecar, sidecar, go(9)).app?.pid).toBe(9);
    expect(chosenAfter(guess, guess, go(9)).app?.pid).toBe(9);
    expect(chosenAfter(guess, go(9)).app?.pid).toBe(9);
  });
});

describe('by name', () => {
  it('takes any process whose pid is told, ours too', () => {
    const all = [go(7), other(8, 'python'), go(9, 'x', { isOurs: true })];
    expect(chooseApp(all, { pid: 8 })).toMatchObject({ app: { pid: 8 }, because: 'target.pid', others: [] });
    expect(chooseApp(all, { pid: 9 }).app?.pid).toBe(9);
    expect(chooseApp(all, { pid: 10, exe: '/usr/bin/app' })).toMatchObject({
      because: 'target.pid 10 names no process',
      others: [{ pid: 7 }],
    });
  });

  it('takes the process of that binary, by what it was called as where that is all there is', () => {
    const wish = { pid: 'auto', exe: '/usr/bin/app' } as const;
    expect(chooseApp([go(6, 'other'), go(7)], wish)).toMatchObject({
      app: { pid: 7 },
      because: 'target.exe',
    });
    expect(chooseApp([denied(8, '/usr/bin/app')], wish).app?.pid).toBe(8);
    // It may call itself whatever it likes.
    expect(
      chooseApp([other(9, 'sh'), { ...other(10, 'sh'), argv0: '/usr/bin/app' }], wish).app,
    ).toBeUndefined();
    const two = chooseApp([go(11), go(12)], wish);
    expect(two).toMatchObject({
      app: { pid: 11 },
      others: [{ pid: 12 }],
      because: 'target.exe: the oldest of 2',
    });
    expect(chooseApp([go(13), go(14, 'app', { ppid: 13 })], wish).because).toBe('target.exe');
  });
});
