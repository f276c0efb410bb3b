import { readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { BinaryFacts } from '../../binary/binary-facts.ts';
import { inspectBinary } from '../../binary/inspect-binary.ts';
import { ElfError } from '../../elf/elf-error.ts';
import { isGoBinary } from '../../elf/go-binary.ts';
import type { ReadBytes } from '../../elf/read-bytes.ts';
import { failureOf, OPEN_FLAGS, type Reading } from '../proc/read-proc.ts';

/**
 * Where a process's binary is, in its own root. Absent: the process is gone, or the kernel's. readlink(2) takes no lock
 * that may be held for long (fs/proc/base.c, proc_exe_link).
 */
export function readExe(directory: string): Reading<string> {
  const path = `${directory}/exe`;
  try {
    // d_path of a file that was replaced since, by an upgrade.
    return { state: 'ok', value: readlinkSync(path).replace(/ \(deleted\)$/, '') };
  } catch (error) {
    return failureOf(error, path);
  }
}

/** Whether a process's binary is one of Go. Absent, denied: its binary is not to be opened. Never rejects. */
export function readIsGo(directory: string): Promise<Reading<boolean>> {
  return reading(directory, isGoBinary);
}

/** What a process's binary says of itself; undefined: the kernel runs it, and it is no ELF file. Never rejects. */
export function readBinary(directory: string): Promise<Reading<BinaryFacts | undefined>> {
  return reading(directory, async (read) => {
    try {
      return await inspectBinary(read);
    } catch (error) {
      if (error instanceof ElfError) return undefined;
      throw error;
    }
  });
}

async function reading<T>(directory: string, look: (read: ReadBytes) => Promise<T>): Promise<Reading<T>> {
  const path = `${directory}/exe`;
  try {
    await using file = await open(path, OPEN_FLAGS);
    const stat = await file.stat();
    if (!stat.isFile()) return { state: 'failed', why: `${path}: not a file` };
    const value = await look(async (position, length) => {
      // What a file claims of itself must not take more memory than it has bytes.
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, stat.size - position)));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
      return bytes.subarray(0, bytesRead);
    });
    return { state: 'ok', value };
  } catch (error) {
    return failureOf(error, path);
  }
}
