/**
 * Whose /proc a sidecar can read: a real Go program and the watcher beside it, each as a user of its own. Each case
 * is first shown with a shell's means, so that it is the kernel's rule that the watcher is held to.
 */

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { BlockedReason, Look } from '../../src/journal/looks.ts';
import type { Program } from './program.ts';
import { describeInLab } from './requirements.ts';
import {
  ALL_PARTS,
  type Binary,
  GODEBUG,
  lackingRights,
  type Part,
  RUNTIME_DEFAULT,
  SECRET,
  Stage,
  type User,
} from './visibility.ts';

const NONROOT = { uid: 65532, gid: 65532 };
const OTHER = { uid: 1000, gid: 1000 };
const ROOT = { uid: 0, gid: 0 };
const DEFAULT_ROOT = { ...ROOT, capabilities: RUNTIME_DEFAULT };
const TRACING_ROOT = { ...ROOT, capabilities: 'sys_ptrace' };
const ALL_SEEING_ROOT = { ...ROOT, capabilities: 'sys_ptrace,dac_read_search' };

/** proc_pid_status(5), proc_pid_limits(5): no right is needed. */
const PUBLIC: readonly Part[] = ['process', 'limits'];
/** PTRACE_MODE_READ, and for environ the file's owner too. */
const READ: readonly Part[] = ['exe', 'maps', 'files'];

interface Case {
  title: string;
  app: User;
  binary?: Binary;
  viewer: User;
  /** Why each part that is denied is so. */
  read?: BlockedReason;
  environ?: BlockedReason;
}

const denied = (reason: BlockedReason) => ({ read: reason, environ: reason });

const CASES: readonly Case[] = [
  { title: 'the same user and group: all', app: NONROOT, viewer: NONROOT },
  { title: 'the same again, 1000', app: OTHER, viewer: OTHER },
  { title: 'another group', app: NONROOT, viewer: { uid: 65532, gid: 1000 }, ...denied('gid') },
  {
    title: 'group 0, as of an image of OpenShift',
    app: NONROOT,
    viewer: { uid: 65532, gid: 0 },
    ...denied('gid'),
  },
  {
    title: 'another user of the same group',
    app: NONROOT,
    viewer: { uid: 1000, gid: 65532 },
    ...denied('uid'),
  },
  { title: 'another user', app: NONROOT, viewer: OTHER, ...denied('uid') },
  { title: 'root that may nothing', app: NONROOT, viewer: ROOT, ...denied('uid') },
  { title: 'root as runtimes have it', app: NONROOT, viewer: DEFAULT_ROOT, ...denied('uid') },
  { title: 'root with SYS_PTRACE', app: NONROOT, viewer: TRACING_ROOT, environ: 'capability' },
  { title: 'root with SYS_PTRACE and DAC_READ_SEARCH: all', app: NONROOT, viewer: ALL_SEEING_ROOT },
  {
    title: 'root that may less than the root that it looks at',
    app: DEFAULT_ROOT,
    viewer: ROOT,
    ...denied('capability'),
  },
  { title: 'root that may as much: all', app: DEFAULT_ROOT, viewer: DEFAULT_ROOT },
  { title: 'root with SYS_PTRACE beside root: all', app: DEFAULT_ROOT, viewer: TRACING_ROOT },
  { title: 'both root that may nothing: all', app: ROOT, viewer: ROOT },
  { title: 'a user beside root', app: DEFAULT_ROOT, viewer: NONROOT, ...denied('uid') },
  { title: 'a user beside root that may nothing', app: ROOT, viewer: NONROOT, ...denied('uid') },
  {
    title: 'SYS_PTRACE for a user, as Kubernetes gives it: it has it not',
    app: OTHER,
    viewer: { ...NONROOT, capabilities: 'sys_ptrace' },
    ...denied('uid'),
  },
  {
    title: 'SYS_PTRACE for a user, as podman gives it',
    app: OTHER,
    viewer: { ...NONROOT, capabilities: 'sys_ptrace', ambient: true },
    environ: 'capability',
  },
  {
    title: 'a user that has a capability, seen by the same without',
    app: { ...NONROOT, capabilities: 'net_raw', ambient: true },
    viewer: NONROOT,
    ...denied('capability'),
  },
  {
    title: 'a program that its own user may not read, seen by the same user',
    app: NONROOT,
    binary: 'unreadable',
    viewer: NONROOT,
    ...denied('non-dumpable'),
  },
  {
    title: 'the same seen by root with SYS_PTRACE: all',
    app: NONROOT,
    binary: 'unreadable',
    viewer: TRACING_ROOT,
  },
];

const lacking = await lackingRights();

describeInLab(
  'whose /proc a sidecar can read',
  () => {
    let stage: Stage;
    let app: Program | undefined;
    beforeAll(async () => {
      stage = await Stage.open();
    }, 300_000);
    afterEach(async () => {
      await app?.end();
      app = undefined;
    });
    afterAll(() => stage.close());

    it.each(CASES)('$title', async ({ app: user, binary = 'app', viewer, read, environ }) => {
      app = await stage.start(user, binary);
      const readable = await stage.parts(viewer, app.pid);
      const table = [...PUBLIC, ...(read ? [] : READ), ...(environ ? [] : ['environ' as const])];
      expect(readable.filter((part) => part !== 'fds').toSorted()).toEqual(table.toSorted());

      const { looks, processes } = await stage.view(viewer, app.pid);
      const reasons: Partial<Record<Part, BlockedReason | undefined>> = {
        ...Object.fromEntries(READ.map((part) => [part, read])),
        environ,
        fds: read ?? environ,
      };
      const expected = ALL_PARTS.map((part) =>
        readable.includes(part)
          ? { watcher: part, state: 'ok' }
          : { watcher: part, state: 'denied', reason: reasons[part] },
      );
      expect(summary(looks)).toEqual(expected);
      expect(processes.app).toMatchObject({
        pid: app.pid,
        comm: binary,
        uid: user.uid,
        gid: user.gid,
        sameNetwork: true,
      });
      expect(processes.app?.openFiles?.soft).toBeGreaterThan(0);
      expect(processes.app).toMatchObject(
        read
          ? {}
          : {
              exe: expect.stringMatching(`/${binary}$`),
              isGo: true,
              libc: 'none',
              root: `/proc/${app.pid}/root`,
            },
      );
      expect(processes.app?.isGo).toBe(read ? undefined : true);
      expect(processes.app?.environment).toEqual(environ ? undefined : { GODEBUG });
      expect(JSON.stringify(processes)).not.toContain(SECRET);
    });

    it('what is denied is told with both sides and a cure', async () => {
      app = await stage.start(NONROOT);
      const { looks } = await stage.view({ uid: 65532, gid: 1000 }, app.pid);
      const exe = looks.find(({ watcher }) => watcher === 'exe');
      expect(exe).toMatchObject({
        why: expect.stringMatching(/65532:1000.*65532:65532/),
        cure: expect.stringContaining('runAsGroup: 65532'),
      });
    });

    it('a pod that does not share its process namespace', async () => {
      app = await stage.start(NONROOT);
      const { looks, processes } = await stage.view(NONROOT, 'auto', [
        'unshare',
        '--pid',
        '--fork',
        '--mount-proc',
      ]);
      expect(processes.app).toBeUndefined();
      expect(looks.find(({ watcher }) => watcher === 'process')).toMatchObject({
        state: 'absent',
        reason: 'no-shared-namespace',
        cure: expect.stringContaining('shareProcessNamespace: true'),
      });
    });

    it.each([
      { title: 'the same user', viewer: NONROOT, isGo: true, because: 'the only Go process' },
      {
        title: 'another',
        viewer: OTHER,
        isGo: undefined,
        because: 'no other process can be the application',
      },
    ])('in a pod that shares it, $title finds the application', async ({ viewer, isGo, because }) => {
      const { pause, inside } = await stage.pod();
      app = await stage.start(NONROOT, 'app', inside);
      const { processes } = await stage.view(viewer, 'auto', inside);
      expect(processes.app).toMatchObject({ comm: 'app', uid: 65532 });
      expect(processes.app?.isGo).toBe(isGo);
      expect(processes.because).toContain(because);
      expect(processes.others).toEqual([]);
      await app.end();
      await pause.end();
    });
  },
  [],
  lacking,
);

describeInLab(
  'capabilities of files',
  () => {
    let stage: Stage;
    let app: Program | undefined;
    beforeEach(async () => {
      stage = await Stage.open();
    }, 300_000);
    afterEach(async () => {
      await app?.end();
      await stage.close();
    });
    const deniedAs = (reason: BlockedReason) =>
      READ.map((watcher) => expect.objectContaining({ watcher, state: 'denied', reason }));

    it('SYS_PTRACE of the sidecar counts where privileges may grow, and not elsewhere', async () => {
      const around = await stage.setCapabilities('node', 'cap_sys_ptrace+ep');
      app = await stage.start(OTHER);
      const viewer = { ...NONROOT, capabilities: 'sys_ptrace' };
      const { looks } = await stage.view({ ...viewer, escalates: true }, app.pid, around);
      expect(summary(looks)).toEqual(
        expect.arrayContaining([
          ...READ.map((watcher) => ({ watcher, state: 'ok' })),
          { watcher: 'environ', state: 'denied', reason: 'capability' },
        ]),
      );
      expect((await stage.view(viewer, app.pid, around)).looks).toEqual(
        expect.arrayContaining(deniedAs('uid')),
      );
    });

    it('one of the application, as CoreDNS has it, hides it from the same user', async () => {
      const around = await stage.setCapabilities('app', 'cap_net_bind_service+ep');
      app = await stage.start(
        { ...NONROOT, capabilities: 'net_bind_service', escalates: true },
        'app',
        around,
      );
      const { looks } = await stage.view(NONROOT, app.pid);
      expect(looks).toEqual(expect.arrayContaining(deniedAs('capability')));
    });

    it('one that the sidecar is permitted and has not in effect does not count', async () => {
      const around = await stage.setCapabilities('node', 'cap_net_raw+p');
      const user = { ...NONROOT, capabilities: 'net_raw' };
      app = await stage.start({ ...user, ambient: true });
      const { looks } = await stage.view({ ...user, escalates: true }, app.pid, around);
      expect(looks).toEqual(expect.arrayContaining(deniedAs('capability')));
    });
  },
  ['setcap'],
  lacking,
);

/** Of each part only what is asserted, in the order of the parts. */
function summary(looks: readonly Look[]): { watcher: Part; state: string; reason?: BlockedReason }[] {
  return ALL_PARTS.flatMap((watcher) => {
    const look = looks.find((each) => each.watcher === watcher);
    if (!look) return [];
    return { watcher, state: look.state, ...(look.state !== 'ok' && { reason: look.reason }) };
  });
}
