import { isAbsolute, resolve } from 'node:path';
import type { BinaryFacts } from '../../binary/binary-facts.ts';
import { inspectBinary } from '../../binary/inspect-binary.ts';
import { ElfError } from '../../elf/elf-error.ts';
import type { ProgramRecord } from '../../journal/program-record.ts';
import { FileError } from '../../watch/image/file-error.ts';
import { openBinary, openWithin } from '../../watch/image/open-binary.ts';
import { readImage } from '../../watch/image/read-image.ts';
import { UsageError } from '../command.ts';

/** A binary, and the root that it is to run in. @throws UsageError where one cannot be read */
export async function readProgram(path: string, rootfs: string | undefined): Promise<ProgramRecord> {
  if (rootfs === undefined) return { subject: path, binary: await readBinary(path) };
  return orUsageError(path, async () => {
    const inRoot = await openInRoot(rootfs, path);
    await using file = inRoot ?? (await openBinary(path));
    const binary = await inspectBinary(file.read);
    // What $ORIGIN is of: where it will be, as far as its path tells.
    const image = await readImage(rootfs, binary, inRoot?.path ?? resolve(path));
    return { subject: path, binary, image, isInImage: inRoot !== undefined };
  });
}

/** Where the path is one of the image and a file is there; a relative one is of the working directory. */
async function openInRoot(rootfs: string, path: string) {
  if (!isAbsolute(path)) return undefined;
  try {
    return await openWithin(rootfs, path);
  } catch (error) {
    if (error instanceof FileError && (error.code === 'missing' || error.code === 'directory'))
      return undefined;
    throw error;
  }
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
