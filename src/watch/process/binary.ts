import { readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { isGoBinary } from '../../elf/go-binary.ts';
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
export async function readIsGo(directory: string): Promise<Reading<boolean>> {
  const path = `${directory}/exe`;
  try {
    await using file = await open(path, OPEN_FLAGS);
    if (!(await file.stat()).isFile()) return { state: 'failed', why: `${path}: not a file` };
    const value = await isGoBinary(async (position, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    });
    return { state: 'ok', value };
  } catch (error) {
    return failureOf(error, path);
  }
}
