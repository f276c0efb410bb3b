import { copyFileSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Rig } from './rig.ts';

describe('copytruncate', () => {
  it('is seen, and the file is read from its start again', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.copytruncate('app.log');
    rig.look();
    rig.append('app.log', '2\n');
    expect(rig.look()).toBe('1\n2\n');
    expect(rig.sink.streams.map(({ text, ended }) => [text, ended])).toEqual([
      ['1\n', true],
      ['2\n', false],
    ]);
    expect(rig.sink).toMatchObject({ rotations: 1, lost: 0 });
  });

  it('gives what had not been read from the copy', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.append('app.log', '2\n');
    rig.copytruncate('app.log', '3\n');
    expect(rig.look()).toBe('1\n2\n3\n');
    expect(rig.look(60_000)).toBe('1\n2\n3\n');
    expect(rig.sink).toMatchObject({ rotations: 1, lost: 0 });
  });

  it('is seen where the file has grown past the old place within one look', () => {
    const rig = new Rig();
    rig.append('app.log', 'old 1\n'.repeat(100));
    rig.look();
    rig.copytruncate('app.log', 'new 1\n'.repeat(100));
    rig.look();
    rig.copytruncate('app.log', 'new 2\n'.repeat(200));
    expect(rig.look()).toBe('old 1\n'.repeat(100) + 'new 1\n'.repeat(100) + 'new 2\n'.repeat(200));
  });

  it('is seen where an app starts again and its file begins with the same lines', () => {
    const rig = new Rig();
    const banner = 'go package net: confVal.netCgo = false  netGo = false\n'.repeat(20);
    rig.append('app.log', `${banner}one\n`);
    rig.look();
    writeFileSync(rig.at('app.log'), `${banner}two\nthree\n`);
    expect(rig.look()).toBe(`${banner}one\n${banner}two\nthree\n`);
  });

  it('counts as lost what it knew of, where no copy holds it', () => {
    const rig = new Rig('app.log', { buffer: new Uint8Array(100) });
    rig.append('app.log', 'x'.repeat(1000));
    rig.follower.look(1);
    expect(rig.sink.text).toHaveLength(100);
    truncateSync(rig.at('app.log'));
    rig.append('app.log', 'new\n');
    rig.look();
    expect(rig.sink.text).toBe(`${'x'.repeat(100)}new\n`);
    expect(rig.sink.lost).toBe(900);
  });

  it('counts as lost what it knew of and the copy does not hold', () => {
    const rig = new Rig('app.log', { buffer: new Uint8Array(100) });
    rig.look();
    rig.append('app.log', 'x'.repeat(500));
    rig.tick();
    copyFileSync(rig.at('app.log'), rig.at('app.log.1'));
    rig.append('app.log', 'y'.repeat(500));
    rig.follower.look(1);
    truncateSync(rig.at('app.log'));
    rig.look();
    expect(rig.sink.text).toBe('x'.repeat(500));
    expect(rig.sink.lost).toBe(500);
  });

  it('counts as lost what it knew of a file that was cut before anything had been read of it', () => {
    const rig = new Rig('*.log', { buffer: new Uint8Array(100) });
    rig.append('a.log', 'a'.repeat(100));
    rig.append('b.log', 'b'.repeat(50));
    rig.follower.look(1);
    truncateSync(rig.at('b.log'), 0);
    rig.append('b.log', 'new\n');
    rig.look();
    expect(rig.sink.streams.map(({ text }) => text)).toEqual(['a'.repeat(100), '', 'new\n']);
    expect(rig.sink.lost).toBe(50);
  });

  it('is not read again from a copy that ends before the place it had come to', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    copyFileSync(rig.at('app.log'), rig.at('app.log.1'));
    rig.append('app.log', '2\n');
    rig.look();
    truncateSync(rig.at('app.log'));
    rig.append('app.log', '3\n');
    rig.look();
    rig.rotate('app.log', '4\n');
    expect(rig.look()).toBe('1\n2\n3\n4\n');
    expect(rig.look(60_000)).toBe('1\n2\n3\n4\n');
  });

  it('is followed when it happens twice between two looks', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.append('app.log', '2\n');
    rig.copytruncate('app.log', '3\n');
    rig.tick();
    rig.copytruncate('app.log', '4\n');
    rig.look();
    expect(rig.look().split('\n').sort()).toEqual(['', '1', '2', '3', '4']);
    rig.copytruncate('app.log', '5\n');
    expect(rig.look(60_000).split('\n').sort()).toEqual(['', '1', '2', '3', '4', '5']);
  });

  it('is followed of a file that was empty at the last look', () => {
    const rig = new Rig();
    rig.append('app.log', '');
    rig.look();
    rig.append('app.log', '1\n');
    rig.copytruncate('app.log', '2\n');
    rig.look();
    expect(rig.look()).toBe('1\n2\n');
    rig.copytruncate('app.log');
    rig.look();
    rig.append('app.log', '3\n');
    rig.copytruncate('app.log');
    rig.look();
    expect(rig.look()).toBe('1\n2\n3\n');
  });

  it('is followed with a rename after it', () => {
    const rig = new Rig();
    rig.append('app.log', '1\n');
    rig.look();
    rig.append('app.log', '2\n');
    rig.copytruncate('app.log', '3\n');
    rig.rotate('app.log', '4\n');
    rig.look();
    expect(rig.look().split('\n').sort()).toEqual(['', '1', '2', '3', '4']);
  });

  it('is followed where the copy is always written over the one before', () => {
    const rig = new Rig();
    rig.append('app.log.1', 'older\n');
    rig.append('app.log', '1\n');
    rig.look();
    for (let i = 2; i < 9; i++) {
      rig.append('app.log', `${i}a\n`);
      copyFileSync(rig.at('app.log'), rig.at('app.log.1'));
      truncateSync(rig.at('app.log'));
      rig.append('app.log', `${i}b\n`);
      rig.look();
    }
    expect(rig.look(60_000).split('\n')).toHaveLength(16);
  });

  it('leaves a hole under a writer without O_APPEND, which is passed over', () => {
    const rig = new Rig();
    const fd = openSync(rig.at('app.log'), 'w');
    writeSync(fd, 'x'.repeat(100_000));
    rig.look();
    rig.copytruncate('app.log');
    writeSync(fd, 'y\n');
    expect(statSync(rig.at('app.log')).size).toBe(100_002);
    expect(rig.look()).toBe(`${'x'.repeat(100_000)}y\n`);
    rig.copytruncate('app.log');
    rig.look();
    writeSync(fd, 'z\n');
    writeSync(fd, '\0z\n');
    expect(rig.look()).toBe(`${'x'.repeat(100_000)}y\nz\n\0z\n`);
    expect(rig.sink.lost).toBe(0);
  });

  it('leaves a hole of a terabyte, which costs no time', () => {
    const rig = new Rig('app.log', { from: 'end' });
    const fd = openSync(rig.at('app.log'), 'w');
    writeSync(fd, 'x\n', 1e12);
    rig.look();
    truncateSync(rig.at('app.log'));
    writeSync(fd, 'y\n', 1e12 + 2);
    expect(rig.look()).toBe('y\n');
    expect(rig.sink.bytes).toBe(2);
  });
});

describe('a pattern that matches the copies too', () => {
  it('does not read them again, whenever it looks', () => {
    const rig = new Rig('app.log*');
    const expected: string[] = [''];
    for (let i = 1; i <= 20; i++) {
      rig.append('app.log', `line ${i} of some length\n`);
      expected.push(`line ${i} of some length`);
      rig.tick();
      if (i % 2) rig.look(1000);
      copyFileSync(rig.at('app.log'), rig.at(`app.log-2026112${i}`));
      if (i % 3) truncateSync(rig.at(`app.log-2026112${i}`), 5);
      rig.look(1000);
      copyFileSync(rig.at('app.log'), rig.at(`app.log-2026112${i}`));
      if (i % 4) rig.look(1000);
      truncateSync(rig.at('app.log'));
      if (i % 5) rig.look(1000);
    }
    rig.look(1000);
    expect(rig.look(60_000).split('\n').sort()).toEqual(expected.sort());
  });

  it('does not read them again when they move on to other names', () => {
    const rig = new Rig('app.log*');
    for (let i = 1; i < 9; i++) {
      rig.append('app.log', `${i}\n`);
      rig.look(6000);
      rig.copytruncate('app.log');
      if (i % 2) rig.look(6000);
    }
    expect(rig.look(60_000)).toBe('1\n2\n3\n4\n5\n6\n7\n8\n');
  });

  it('does not read them again when they are written over the one before', () => {
    const rig = new Rig('app.log*');
    rig.append('app.log.1', 'asked for\n');
    for (let i = 1; i < 9; i++) {
      rig.append('app.log', `${i}a\n`);
      if (i % 2) rig.look(1000);
      copyFileSync(rig.at('app.log'), rig.at('app.log.1'));
      if (i % 3) rig.look(1000);
      truncateSync(rig.at('app.log'));
      rig.append('app.log', `${i}b\n`);
      if (i % 5) rig.look(1000);
    }
    const expected = [
      '',
      'asked for',
      ...Array.from({ length: 8 }, (_, i) => [`${i + 1}a`, `${i + 1}b`]).flat(),
    ];
    expect(rig.look(60_000).split('\n').sort()).toEqual(expected.sort());
  });

  it('reads a file that only begins like the log', () => {
    const rig = new Rig('app.log*');
    rig.append('app.log', 'banner\none\n');
    rig.look();
    rig.append('app.log.2', 'banner\n');
    rig.look(1000);
    rig.append('app.log.2', 'two\n');
    expect(rig.look(1000)).toBe('banner\none\nbanner\ntwo\n');
  });
});
