import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Rig, unprivileged } from './rig.ts';

describe('a log that is not there', () => {
  it('is waited for', () => {
    const rig = new Rig();
    rig.look();
    expect(rig.sink.why).toBe(
      `missing: ${rig.at('app.log')} does not exist: check the path, and that its volume is mounted in this container`,
    );
    rig.append('app.log', '1\n');
    expect(rig.look()).toBe('1\n');
    expect(rig.sink.states.map(({ state }) => state)).toEqual(['missing', 'ok']);
  });

  it('is waited for together with its directory', () => {
    const rig = new Rig('a/b/app.log');
    rig.look();
    expect(rig.sink.why).toMatch(/^missing/);
    mkdirSync(rig.at('a/b'), { recursive: true });
    rig.append('a/b/app.log', '1\n');
    expect(rig.look()).toBe('1\n');
  });

  it('is waited for where a part of its path is a file', () => {
    const rig = new Rig('a/app.log');
    rig.append('a', '');
    rig.look();
    expect(rig.sink.why).toMatch(/^missing/);
  });

  it('is told of once', () => {
    const rig = new Rig();
    for (let i = 0; i < 10; i++) rig.look(1000);
    expect(rig.sink.states).toHaveLength(1);
  });

  it.each(['*.log', 'none/*.log', '**/*.log'])('may be a pattern: %s', (pattern) => {
    const rig = new Rig(pattern);
    rig.look();
    expect(rig.sink.why).toMatch(/^missing: .*(no file matches|does not exist)/);
    mkdirSync(rig.at('none'));
    rig.append('x.log', '1\n');
    rig.append('none/x.log', '1\n');
    rig.look(1000);
    expect(rig.sink.why).toBe('ok');
  });
});

describe('a log that may not be read', () => {
  it('is read when it may be', () => {
    const rig = new Rig();
    chmodSync(rig.dir, 0o755);
    rig.append('app.log', '1\n');
    chmodSync(rig.at('app.log'), 0);
    unprivileged(() => rig.look());
    expect(rig.sink.why).toMatch(
      /^denied: cannot read .*app\.log as uid \d+ gid \d+, it is \d+:\d+ mode 0\d+ \(EACCES\): run as its owner/,
    );
    chmodSync(rig.at('app.log'), 0o644);
    unprivileged(() => rig.look());
    expect(rig.sink.text).toBe('1\n');
    expect(rig.sink.why).toBe('ok');
  });

  it('is read to its end first where only its successor may not be read', () => {
    const rig = new Rig();
    chmodSync(rig.dir, 0o755);
    rig.append('app.log', '1\n');
    chmodSync(rig.at('app.log'), 0o644);
    unprivileged(() => rig.look());
    for (const text of ['2\n', '3\n']) {
      rig.rotate('app.log', text);
      chmodSync(rig.at('app.log'), 0);
    }
    rig.append('app.log.2', '1b\n');
    unprivileged(() => rig.look());
    expect(rig.sink.text).toBe('1\n1b\n');
    expect(rig.sink.state?.state).toBe('denied');
    chmodSync(rig.at('app.log'), 0o644);
    chmodSync(rig.at('app.log.1'), 0o644);
    unprivileged(() => rig.look(1000));
    unprivileged(() => rig.look(1000));
    expect(rig.sink.text.split('\n').sort()).toEqual(['', '1', '1b', '2', '3']);
    expect(rig.sink.why).toBe('ok');
  });

  it('may be in a directory that may not be searched', () => {
    const rig = new Rig('d/app.log');
    const all = new Rig('*', {}, ({ dir }) => chmodSync(dir, 0o700));
    chmodSync(rig.dir, 0o755);
    mkdirSync(rig.at('d'));
    rig.append('d/app.log', '1\n');
    chmodSync(rig.at('d'), 0);
    unprivileged(() => {
      rig.look();
      all.look();
    });
    expect(rig.sink.why).toMatch(/^denied: cannot read .*d\/app\.log as uid/);
    expect(all.sink.why).toMatch(/^denied: cannot read .* as uid/);
    chmodSync(rig.at('d'), 0o755);
    unprivileged(() => rig.look());
    expect(rig.sink.text).toBe('1\n');
  });
});

describe('what is not a file', () => {
  it('is told of with the cure, and is read when it has become one', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.rename('app.log', 'app.log.1');
    mkdirSync(rig.at('app.log'));
    rig.append('app.log.1', '2\n');
    rig.look();
    expect(rig.sink.why).toMatch(/^not-a-file: .*app\.log is a directory: name a file in it/);
    rmSync(rig.at('app.log'), { recursive: true });
    rig.append('app.log', '3\n');
    expect(rig.look()).toBe('1\n2\n3\n');
    expect(rig.sink.why).toBe('ok');
  });

  it('is never opened: a FIFO would wake its writer', async () => {
    const rig = new Rig('*.log');
    expect(spawnSync('mkfifo', [rig.at('fifo.log')]).status).toBe(0);
    symlinkSync('/dev/zero', rig.at('zero.log'));
    symlinkSync('.', rig.at('link.log'));
    rig.append('app.log', '1\n');
    const writer = spawn('sh', ['-c', 'echo hello > "$0"', rig.at('fifo.log')]);
    for (let i = 0; i < 5; i++) rig.look(1000);
    expect(rig.sink.text).toBe('1\n');
    expect(rig.sink.why).toMatch(/^not-a-file: .* \(and 2 more\)$/);
    rmSync(rig.at('zero.log'));
    rmSync(rig.at('link.log'));
    for (let i = 0; i < 3; i++) rig.look(1000);
    expect(rig.sink.why).toMatch(
      /^not-a-file: .*fifo\.log is a FIFO: write it as \{fifo: .*\} in the configuration$/,
    );
    expect(writer.exitCode).toBe(null);
    const fd = openSync(rig.at('fifo.log'), 'r');
    await new Promise((resolve) => writer.once('exit', resolve));
    closeSync(fd);
    expect(writer.exitCode).toBe(0);
  });

  it('is no mistake where the pattern names whatever there is', () => {
    const rig = new Rig('**');
    mkdirSync(rig.at('old'));
    rig.append('old/app.log', '1\n');
    rig.append('app.log.1.gz', '\x1f\x8b');
    rig.look();
    expect(rig.sink).toMatchObject({ text: '1\n', why: 'ok' });
  });

  it('may be a circle of links', () => {
    const rig = new Rig();
    symlinkSync('app.log', rig.at('app.log'));
    rig.look();
    expect(rig.sink.why).toMatch(/^failed: .*ELOOP.*links lead in a circle/);
  });
});

describe('what the file system does', () => {
  it('is told of when a read fails, and tried again', () => {
    // This one of the kernel is a regular file of 4,096 bytes of which no byte can be read while lo has no speed.
    const path = '/sys/class/net/lo/speed';
    if (!existsSync(path)) return;
    const rig = new Rig();
    symlinkSync(path, rig.at('app.log'));
    for (let i = 0; i < 3; i++) rig.look();
    expect(rig.sink.why).toMatch(/^failed: cannot read \/sys.*speed \(EINVAL\)/);
    expect(rig.sink.states.map(({ state }) => state)).toEqual(['failed']);
    rmSync(rig.at('app.log'));
    rig.append('app.log', '1\n');
    rig.look();
    rig.look(6000);
    expect(rig.sink).toMatchObject({ text: '1\n', why: 'ok' });
  });

  it('is told of when there are too many open files, and tried again', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    const taken: number[] = [];
    try {
      for (;;) taken.push(openSync('/dev/null', 'r'));
    } catch {
      rig.look();
    } finally {
      taken.forEach(closeSync);
    }
    expect(rig.sink.why).toMatch(/^failed: .*EMFILE.*ulimit -n/);
    expect(rig.look()).toBe('1\n');
    expect(rig.sink.why).toBe('ok');
  });
});

describe('bounds', () => {
  it('follows no more than 1,024 files, and says so', () => {
    const rig = new Rig('*.log');
    for (let i = 0; i < 1030; i++) rig.append(`${i}.log`, '.');
    rig.look();
    expect(rig.sink.bytes).toBe(1024);
    expect(rig.sink.why).toMatch(/^failed: .*\*\.log matches 6 files more than the 1024/);
    for (let i = 0; i < 10; i++) rmSync(rig.at(`${i}.log`));
    for (let i = 0; i < 8; i++) rig.look(6000);
    expect(rig.sink.why).toBe('ok');
    expect(rig.sink.bytes).toBe(1030);
  });

  it('shows no control characters of a name', () => {
    const rig = new Rig('a\u001b;31m\n\u202eb');
    rig.look();
    expect(rig.sink.why).toContain('a\\u{1b};31m\\u{a}\\u{202e}b does not exist');
  });

  it('takes a name that exists as it is written, even if it looks like a pattern', () => {
    const rig = new Rig('app[1].log');
    rig.append('app[1].log', 'this\n');
    rig.append('app1.log', 'not this\n');
    expect(rig.look()).toBe('this\n');
  });

  it('refuses a buffer without room', () => {
    const rig = new Rig('app.log', { buffer: new Uint8Array(0) });
    rig.append('app.log', '1\n');
    expect(() => rig.look()).toThrow('the read buffer is empty');
  });
});
