import { open } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isGoBinary } from '../../src/elf/go-binary.ts';

describe('a program of Go, and one that is none', () => {
  it.each([process.execPath, '/bin/sh'])('%s is none', async (path) => {
    await using file = await open(path);
    const isGo = await isGoBinary(async (position, length) => {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    });
    expect(isGo).toBe(false);
  });
});
