import { existsSync } from 'node:fs';
import type { BinaryFacts } from '../../binary/binary-facts.ts';
import { inspectBinary } from '../../binary/inspect-binary.ts';
import { ElfError } from '../../elf/elf-error.ts';
import type { ProgramRecord } from '../../journal/program-record.ts';
import { pathWithin } from '../../lookup/path-within.ts';
import { FileError } from '../../watch/image/file-error.ts';
import { openBinary } from '../../watch/image/open-binary.ts';
import { readImage } from '../../watch/image/read-image.ts';
import { UsageError } from '../command.ts';

/** A binary, and the root that it is to run in. @throws UsageError where one cannot be read */
export async function readProgram(path: string, rootfs: string | undefined): Promise<ProgramRecord> {
  if (rootfs === undefined) return { subject: path, binary: await readBinary(path) };
  const within = pathWithin(rootfs, path);
  const binary = await readBinary(within !== undefined && existsSync(within) ? within : path);
  const image = await orUsageError(path, () => readImage(rootfs, binary));
  return { subject: path, binary, image };
}

/** @throws UsageError where it is no binary, or cannot be read */
export function readBinary(path: string): Promise<BinaryFacts> {
  return orUsageError(path, async () => {
    await using file = await openBinary(path);
    return await inspectBinary(file.read);
  });
}

async function orUsageError<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof FileError) throw new UsageError(cause.message, { cause });
    if (!(cause instanceof ElfError)) throw cause;
    const cure = 'give the program itself, as `go build` wrote it for Linux';
    throw new UsageError(`${JSON.stringify(path)}: ${cause.message}: ${cure}`, { cause });
  }
}
