import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { BinaryFacts } from '../../binary/binary-facts.ts';
import type { ImageFacts } from '../../image/image-facts.ts';
import { textWithin } from '../../lookup/read-sources.ts';
import { FileError, fileErrorOf } from './file-error.ts';
import { findLibcs } from './find-libcs.ts';
import { readImageFiles } from './image-files.ts';
import { readLibraries } from './read-libraries.ts';
import { readLoader } from './read-loader.ts';

const NOTHING_MISSING = { missingLibraries: [], missingSymbols: [] };
/** Of PRETTY_NAME. */
const MAX_NAME = 100;

/**
 * Reads what a root directory has of what a binary asks for: an unpacked image, or /proc/PID/root. Bounded in what it
 * reads, whatever is there.
 *
 * @param program path of the binary as in that root, for `$ORIGIN`; absent: not known
 * @throws {FileError} where the root itself cannot be read
 */
export async function readImage(root: string, binary: BinaryFacts, program?: string): Promise<ImageFacts> {
  await checkRoot(root);
  const { arch, interpreter } = binary;
  const loader = interpreter === undefined ? undefined : await readLoader(root, arch, interpreter);
  const { libcs, compat } = await findLibcs(root, arch, interpreter);
  const os = readOs(root);
  if (loader?.facts.libc === 'glibc' && loader.facts.version === undefined) {
    const version = libcs.find(({ libc }) => libc === 'glibc')?.version;
    if (version !== undefined) loader.facts.version = version;
  }
  return {
    ...(os !== undefined && { os }),
    libcs,
    ...(compat && { compat }),
    ...(loader && { loader: loader.facts }),
    ...(loader ? await readLibraries(root, binary, loader, program) : NOTHING_MISSING),
    files: readImageFiles(root),
  };
}

async function checkRoot(root: string): Promise<void> {
  try {
    if (!(await stat(root)).isDirectory()) throw new FileError('special', root, 'root');
    await access(root, constants.X_OK);
  } catch (cause) {
    throw cause instanceof FileError ? cause : fileErrorOf(cause, root, 'root');
  }
}

/** os-release(5). The text is the image's. */
function readOs(root: string): string | undefined {
  const file = ['/etc/os-release', '/usr/lib/os-release']
    .map((path) => textWithin(root, path))
    .find(({ state }) => state === 'ok');
  if (file?.state !== 'ok') return undefined;
  const value = /^PRETTY_NAME=(.*)$/m.exec(file.text)?.[1];
  const name = value
    ?.trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .slice(0, MAX_NAME);
  return name ? Buffer.from(name, 'latin1').toString() : undefined;
}
