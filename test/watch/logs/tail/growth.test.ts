import { chmodSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBuffer } from '../../../../src/watch/logs/scan/scanner.ts';
import { Rig, unprivileged } from './rig.ts';

describe('a file that grows', () => {
  it('is read as it grows, every byte once', () => {
    const rig = new Rig();
    rig.append('app.log', 'one\n');
    expect(rig.look()).toBe('one\n');
    rig.append('app.log', 'two\nthr');
    expect(rig.look()).toBe('one\ntwo\nthr');
    rig.append('app.log', 'ee\n');
    expect(rig.look()).toBe('one\ntwo\nthree\n');
    expect(rig.sink.streams).toHaveLength(1);
    expect(rig.sink).toMatchObject({ bytes: 14, lost: 0, rotations: 0, why: 'ok' });
  });

  it('is read a buffer at a time, also into WebAssembly memory', () => {
    const rig = new Rig('app.log', { buffer: readBuffer.subarray(0, 100) });
    const text = Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join('');
    rig.append('app.log', text);
    expect(rig.follower.look(1)).toBe('at-once');
    expect(rig.sink.text).toBe(text.slice(0, 100));
    expect(rig.follower.lagBytes()).toBe(text.length - 100);
    expect(rig.look()).toBe(text);
    expect(rig.follower.lagBytes()).toBe(0);
  });

  it('says when the bytes were written at the latest', () => {
    const rig = new Rig();
    rig.append('app.log', 'old\n');
    utimesSync(rig.at('app.log'), 1_000_000, 1_000_000);
    rig.look();
    rig.append('app.log', 'new\n');
    utimesSync(rig.at('app.log'), 9_000_000_000, 9_000_000_000);
    rig.look();
    const [old = 0, fresh = 0] = rig.sink.writtenBy;
    expect(Math.abs(old - 1_000_000_000)).toBeLessThan(10);
    expect(Math.abs(fresh - Date.now())).toBeLessThan(5000);
  });

  it('is read from its end where that is wanted, but only if it was there at the first look', () => {
    const rig = new Rig('*.log', { from: 'end' });
    rig.append('a.log', 'before\n');
    expect(rig.look()).toBe('');
    rig.append('a.log', 'a\n');
    rig.append('b.log', 'b\n');
    expect(rig.look(1000).split('\n').sort()).toEqual(['', 'a', 'b']);
    rig.rotate('a.log', 'c\n');
    expect(rig.look().split('\n').sort()).toEqual(['', 'a', 'b', 'c']);
  });

  it('is read from its start where it came after the first look', () => {
    const rig = new Rig('app.log', { from: 'end' });
    expect(rig.look()).toBe('');
    rig.append('app.log', 'came later\n');
    expect(rig.look()).toBe('came later\n');
  });

  it('is read from its end where that is wanted, also if it could not be read at the first look', () => {
    const rig = new Rig('app.log', { from: 'end' });
    chmodSync(rig.dir, 0o755);
    rig.append('app.log', 'before\n');
    chmodSync(rig.at('app.log'), 0);
    unprivileged(() => rig.look());
    chmodSync(rig.at('app.log'), 0o644);
    unprivileged(() => rig.look());
    rig.append('app.log', 'after\n');
    expect(unprivileged(() => rig.look())).toBe('after\n');
  });

  it('has its turn while another one has a backlog', () => {
    const rig = new Rig('*.log', { buffer: new Uint8Array(100) });
    rig.append('a.log', 'a'.repeat(100_000));
    rig.append('b.log', 'b');
    rig.follower.look(0);
    rig.follower.look(0);
    expect(rig.sink.streams.map(({ text }) => text.length).sort()).toEqual([1, 100]);
  });

  it('asks to be looked at again at once, soon or later', () => {
    const rig = new Rig('app.log', { buffer: new Uint8Array(10) });
    expect(rig.follower.look(0)).toBe('later');
    rig.append('app.log', '0123456789abc');
    expect(rig.follower.look(1)).toBe('at-once');
    expect(rig.follower.look(2)).toBe('soon');
    expect(rig.follower.look(3)).toBe('later');
  });
});
