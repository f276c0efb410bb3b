import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Rig } from './rig.ts';

/** Writes to a file through a descriptor, which follows it through renames as an app's does. */
function writer(rig: Rig, name: string): (text: string) => void {
  const fd = openSync(rig.at(name), 'a');
  onTestFinished(() => closeSync(fd));
  return (text) => void writeSync(fd, text);
}

/** How many descriptors this process has open in a rig's directory. */
function openFiles(rig: Rig): number {
  const targets = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ''; // The one that read the directory.
    }
  });
  return targets.filter((target) => target.startsWith(`${rig.dir}/`)).length;
}

describe('rename and create', () => {
  it('reads the old file to its end and the new one from its start', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.append('app.log', '2\n');
    rig.rotate('app.log', '3\n');
    expect(rig.look()).toBe('1\n2\n3\n');
    expect(rig.sink.rotations).toBe(1);
    expect(rig.sink.streams.map(({ text }) => text)).toEqual(['1\n2\n', '3\n']);
  });

  it('reads what is written to the old file after the rename, until that has been quiet for the grace', () => {
    const rig = new Rig();
    const write = writer(rig, 'app.log');
    write('1\n');
    rig.look();
    rig.rotate('app.log', '2\n');
    rig.look();
    write('late\n');
    rig.look(4900);
    write('later\n');
    rig.look(4900);
    expect(rig.sink.streams[0]).toMatchObject({ text: '1\nlate\nlater\n', ended: false });
    rig.look(5100);
    expect(rig.sink.streams[0]).toMatchObject({ text: '1\nlate\nlater\n', ended: true });
    expect(openFiles(rig)).toBe(2); // The new file, and the writer's.
  });

  it('keeps to the old file as long as the new one is not in use: many an app is never told to reopen', () => {
    const rig = new Rig();
    const write = writer(rig, 'app.log');
    write('1\n');
    rig.look();
    rig.rotate();
    rig.look(60_000);
    write('2\n');
    expect(rig.look(60_000)).toBe('1\n2\n');
    rig.append('app.log', '3\n');
    rig.look();
    rig.look(5100);
    expect(rig.sink.streams.map(({ text, ended }) => [text, ended])).toEqual([
      ['1\n2\n', true],
      ['3\n', false],
    ]);
  });

  it('finds the generations that came and went between two looks, in their order', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    for (const text of ['2\n', '3\n', '4\n', '5\n']) {
      rig.rotate('app.log', text);
      rig.tick();
    }
    expect(rig.look()).toBe('1\n2\n3\n4\n5\n');
    expect(rig.sink.rotations).toBe(4);
  });

  it('finds them when all lines are the same', () => {
    const rig = new Rig();
    rig.append('app.log', 'x\n'.repeat(10));
    rig.look();
    rig.rotate('app.log', 'x\n'.repeat(20));
    rig.tick();
    rig.rotate('app.log', 'x\n'.repeat(30));
    expect(rig.look()).toHaveLength(120);
  });

  it('finds a generation that was rotated before the log was first seen', () => {
    const rig = new Rig();
    rig.append('app.log.1', 'older\n');
    rig.look();
    rig.append('app.log', '1\n');
    rig.rotate('app.log', '2\n');
    expect(rig.look()).toBe('1\n2\n');
  });

  it('finds a generation while no new file has been created yet', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.rename('app.log', 'app.log.1');
    rig.look();
    rig.append('app.log', '2\n');
    rig.rename('app.log', 'app.log.2');
    expect(rig.look(1000)).toBe('1\n2\n');
  });

  it.each([
    ['logrotate', 'app.log.1'],
    ['logrotate dateext', 'app.log-20261123'],
    ['logrotate dateext with extension', 'app-20261123.log'],
    ['kubelet', 'app.log.20261123-101010'],
    ['lumberjack', 'app-2026-11-23T10-00-00.000.log'],
    ['by hand', 'app.log.old'],
  ])('knows the names of %s', (_, rotated) => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.rename('app.log', 'moved-far-away');
    rig.append('app.log', '2\n');
    rig.rename('app.log', rotated);
    rig.append('app.log', '3\n');
    expect(rig.look()).toBe('1\n2\n3\n');
  });

  it('leaves alone what was rotated before it began, what is compressed, and other logs', () => {
    const rig = new Rig();
    for (const name of ['app.log.1', 'app.log.2', 'app-20261122.log']) rig.append(name, 'older\n');
    rig.append('app.log', '1\n');
    rig.look();
    rig.append('app.log.1', 'still written to\n');
    rig.append('app.log.3.gz', '\x1f\x8b');
    rig.append('app-2.log', 'another instance\n');
    rig.append('app.log.lock', 'x');
    rig.append('app.logger', 'x');
    rig.rotate('app.log', '2\n');
    rig.rotate('app.log', '3\n');
    rig.look();
    expect(rig.look(60_000)).toBe('1\n2\n3\n');
  });

  it('tells a new file from a deleted one whose inode it has got', () => {
    const rig = new Rig();
    for (let i = 1; i <= 40; i++) rig.append(`app.log.${i}`, 'older\n');
    rig.append('app.log', '0\n');
    rig.look();
    for (let i = 1; i <= 40; i++) {
      unlinkSync(rig.at(`app.log.${i}`));
      rig.append('app.log', `a${i}\n`);
      rig.rename('app.log', `app.log.${i}`);
      rig.append('app.log', `b${i}\n`);
      if (i % 3 === 0) rig.look(i % 2 ? 100 : 6000);
    }
    const expected = ['0', ...Array.from({ length: 40 }, (_, i) => [`a${i + 1}`, `b${i + 1}`]).flat(), ''];
    expect(rig.look(1000).split('\n').sort()).toEqual(expected.sort());
  });

  it('goes on where it was when the rename is taken back, as kubelet does when the runtime does not reopen', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.rename('app.log', 'app.log.20261123-101010');
    rig.look();
    rig.rename('app.log.20261123-101010', 'app.log');
    rig.append('app.log', '2\n');
    expect(rig.look()).toBe('1\n2\n');
    expect(rig.sink.streams).toHaveLength(1);
    expect(rig.look(60_000)).toBe('1\n2\n');
  });

  it('goes on where it was when a file comes back that has been closed', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.rotate('app.log', '2\n');
    rig.look();
    rig.look(6000);
    rig.rename('app.log', 'aside');
    rig.rename('app.log.1', 'app.log');
    rig.append('app.log', '3\n');
    expect(rig.look()).toBe('1\n2\n3\n');
  });

  it('ends the unfinished line of the old file', () => {
    const rig = new Rig();
    rig.append('app.log', 'half');
    rig.look();
    rig.rotate('app.log', 'new\n');
    rig.look();
    rig.look(6000);
    expect(rig.sink.streams.map(({ ended }) => ended)).toEqual([true, false]);
  });
});

describe('a file that goes away', () => {
  it('is read to its end and closed when it is deleted', () => {
    const rig = new Rig();
    const write = writer(rig, 'app.log');
    write('1\n');
    rig.look();
    write('2\n');
    unlinkSync(rig.at('app.log'));
    rig.look();
    write('3\n');
    rig.look(4000);
    expect(rig.look(4000)).toBe('1\n2\n3\n');
    rig.look(6000);
    expect(rig.sink.streams[0]?.ended).toBe(true);
    expect(openFiles(rig)).toBe(1);
    expect(rig.sink.why).toMatch(/^missing: .*app\.log does not exist/);
    rig.append('app.log', '4\n');
    expect(rig.look()).toBe('1\n2\n3\n4\n');
    expect(rig.sink.why).toBe('ok');
  });

  it('is not told of in the middle of a rotation', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.rename('app.log', 'app.log.1');
    rig.look(100);
    rig.append('app.log', '2\n');
    rig.look(100);
    expect(rig.sink.states).toEqual([{ state: 'ok' }]);
  });

  it('is found again after a minute', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.rename('app.log', 'aside');
    for (let i = 0; i < 60; i++) rig.look(1000);
    expect(rig.sink.state?.state).toBe('missing');
    rig.append('aside', '2\n');
    rig.rename('aside', 'app.log');
    rig.append('app.log', '3\n');
    expect(rig.look()).toBe('1\n2\n3\n');
    expect(rig.sink).toMatchObject({ why: 'ok', rotations: 0 });
  });

  it('is closed in the end, and still known when it comes back', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.rename('app.log', 'aside');
    rig.look();
    rig.look(601_000);
    expect(openFiles(rig)).toBe(0);
    rig.append('aside', '2\n');
    rig.rename('aside', 'app.log');
    expect(rig.look()).toBe('1\n2\n');
  });
});

describe('symbolic links', () => {
  it('are followed when they move, and the files beside their targets are found', () => {
    const rig = new Rig('containers/x.log');
    mkdirSync(rig.at('containers'));
    mkdirSync(rig.at('pods/c'), { recursive: true });
    rig.append('pods/c/0.log', '1\n');
    symlinkSync('../pods/c/0.log', rig.at('containers/x.log'));
    rig.look();
    // kubelet renames, and the runtime reopens only later.
    const write = writer(rig, 'pods/c/0.log');
    rig.rename('pods/c/0.log', 'pods/c/0.log.20261123-101112');
    rig.look();
    write('2\n');
    rig.look(2000);
    rig.append('pods/c/0.log', '3\n');
    rig.rename('pods/c/0.log', 'pods/c/0.log.20261123-101113');
    rig.append('pods/c/0.log', '4\n');
    expect(rig.look()).toBe('1\n2\n3\n4\n');
    // The container starts again.
    rig.append('pods/c/1.log', '5\n');
    rmSync(rig.at('containers/x.log'));
    symlinkSync('../pods/c/1.log', rig.at('containers/x.log'));
    rig.append('pods/c/0.log', 'last words\n');
    expect(rig.look()).toBe('1\n2\n3\n4\nlast words\n5\n');
    expect(rig.sink.streams.map(({ path }) => path.slice(rig.dir.length)).sort()).toEqual([
      '/pods/c/0.log',
      '/pods/c/0.log',
      '/pods/c/0.log.20261123-101113',
      '/pods/c/1.log',
    ]);
  });

  it('do not make one file two', () => {
    const rig = new Rig('*.log');
    rig.append('target.log', '1\n');
    symlinkSync('target.log', rig.at('a.log'));
    symlinkSync('target.log', rig.at('z.log'));
    rig.look();
    rig.append('target.log', '2\n');
    expect(rig.look(1000)).toBe('1\n2\n');
    rmSync(rig.at('a.log'));
    rig.append('target.log', '3\n');
    rig.look(1000);
    rig.look(6000);
    rig.append('target.log', '4\n');
    expect(rig.look(1000)).toBe('1\n2\n3\n4\n');
  });

  it('that lead nowhere are told of with what they lead to', () => {
    const rig = new Rig();
    symlinkSync('/nowhere/0.log', rig.at('app.log'));
    rig.look();
    expect(rig.sink.why).toMatch(/^missing: .*app\.log leads to \/nowhere\/0\.log.*mount the volume/);
  });

  it('that lead nowhere are not told of while other logs of the pattern are read', () => {
    const rig = new Rig('*.log');
    symlinkSync('/nowhere/0.log', rig.at('gone.log'));
    rig.append('app.log', '1\n');
    for (let i = 0; i < 4; i++) rig.look(1000);
    expect(rig.sink.states).toEqual([{ state: 'ok' }]);
  });

  it('to a directory with older files beside the log leave those alone', () => {
    const rig = new Rig();
    rig.look();
    mkdirSync(rig.at('late'));
    rig.append('late/app.log.1', 'older\n');
    utimesSync(rig.at('late/app.log.1'), 1e6, 1e6);
    rig.append('late/app.log', '1\n');
    symlinkSync('late/app.log', rig.at('app.log'));
    expect(rig.look()).toBe('1\n');
    rig.rotate('late/app.log', '2\n');
    expect(rig.look()).toBe('1\n2\n');
  });
});

describe('a pattern', () => {
  it('finds new files, and does not read a rotated one again under a name that it matches', () => {
    const rig = new Rig('app.log*');
    rig.append('app.log', '1\n');
    rig.append('app.log.1', 'asked for\n');
    rig.look();
    for (let i = 2; i < 10; i += 2) {
      rig.rotate('app.log', `${i}\n`);
      rig.rotate('app.log', `${i + 1}\n`);
      rig.look(6000);
    }
    expect(rig.look(60_000).split('\n').sort()).toEqual(['', ...'123456789', 'asked for'].sort());
  });

  it('lets go of files that are gone', () => {
    const rig = new Rig('*.log');
    for (let i = 0; i < 50; i++) {
      rig.append(`${i}.log`, `${i}\n`);
      rig.look(1000);
      rmSync(rig.at(`${i}.log`));
      rig.look(1000);
      rig.look(6000);
    }
    expect(openFiles(rig)).toBe(0);
    expect(rig.sink.text.split('\n')).toHaveLength(51);
  });
});
