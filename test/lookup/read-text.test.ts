import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readText } from '../../src/lookup/read-text.ts';

const directory = mkdtempSync(join(tmpdir(), 'netdns-read-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const written = (name: string, text: string | Buffer) => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

describe('a configuration file', () => {
  it('is read whole and byte for byte, of a known size or not', () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
    expect(readText(written('bytes', bytes))).toMatchObject({ state: 'ok', text: bytes.toString('latin1') });
    expect(readText(written('empty', ''))).toMatchObject({ state: 'ok', text: '' });
    expect(readText('/proc/version')).toMatchObject({ state: 'ok', text: expect.stringContaining('Linux') });
    expect(readText('/dev/null')).toMatchObject({ state: 'ok', text: '' });
  });

  it('may have some hundred thousand lines, and no more', () => {
    expect(readText(written('hosts', '0.0.0.0 ads.example.com\n'.repeat(400_000)))).toHaveProperty(
      'state',
      'ok',
    );
    expect(readText(written('huge', Buffer.alloc(17 << 20)))).toEqual({ state: 'failed', errno: 'EFBIG' });
  });

  it('is not waited for: no pipe, no device without end, no directory', () => {
    const fifo = join(directory, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(readText(fifo)).toEqual({ state: 'failed', errno: 'ESPIPE' });
    expect(readText('/dev/zero')).toEqual({ state: 'failed', errno: 'EFBIG' });
    expect(readText(directory)).toEqual({ state: 'failed', errno: 'EISDIR' });
    expect(readText(join(directory, 'none'))).toEqual({ state: 'absent' });
    expect(readText(`${fifo}/below`)).toEqual({ state: 'absent' });
  });
});
