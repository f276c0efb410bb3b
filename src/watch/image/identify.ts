import { findBytes } from '../../elf/find-bytes.ts';
import type { OpenFile } from './open-binary.ts';

/** What libc a file is of, by what it would print of itself, and of which release. */
export interface Identity {
  libc: 'glibc' | 'musl' | 'gcompat';
  version?: string;
}

/** glibc has 2 MB, musl 700 kB. */
const MAX_BYTES = 8 << 20;
/** No banner is longer. */
const BANNER_BYTES = 160;
/** Places that are looked at: each is a read, libraries have some dozen, and a file may be made of nothing else. */
const MAX_PLACES = 300;

/** glibc, csu/version.c and elf/dl-usage.c (since 2.33): with the packager's words between. */
const GLIBC = { mark: ' release version ', text: /^ release version (\d{1,3}(?:\.\d{1,3}){1,2})/ };
/** musl, ldso/dynlink.c, __dls3: `musl libc (x86_64)` and `Version %s`, which is src/internal/version.c. */
const MUSL = 'musl libc (';
/** That version alone: a string that begins and ends there. */
const MUSL_VERSION = { mark: '\x001.', text: /^\0(1\.\d{1,3}\.\d{1,3})(?:[-_][\w.-]{1,60})?\0/ };
/** gcompat, loader/loader.c: what it has musl's loader preload. */
const GCOMPAT = 'libgcompat.so';

/** Which libc a loader or libc.so is of; absent: none of them, as far as its first 8 MiB tell. */
export async function identify({
  read,
  size,
}: Pick<OpenFile, 'read' | 'size'>): Promise<Identity | undefined> {
  const marks = [GLIBC.mark, MUSL, MUSL_VERSION.mark, GCOMPAT];
  let musl = false;
  let gcompat = false;
  let version: string | undefined;
  let places = 0;
  for await (const place of findBytes(read, [{ offset: 0, size }], marks, { limit: MAX_BYTES })) {
    const text = Buffer.from(await read(place, BANNER_BYTES)).toString('latin1');
    const glibc = GLIBC.text.exec(text)?.[1];
    if (glibc !== undefined) return { libc: 'glibc', version: glibc };
    musl ||= text.startsWith(MUSL);
    gcompat ||= text.startsWith(GCOMPAT);
    version ??= MUSL_VERSION.text.exec(text)?.[1];
    if ((musl && version !== undefined) || ++places >= MAX_PLACES) break;
  }
  if (musl) return { libc: 'musl', ...(version !== undefined && { version }) };
  return gcompat ? { libc: 'gcompat' } : undefined;
}

/** glibc, elf/dl-load.c, system_dirs: paths one after another, each with its slash and its end. */
const SYSTEM_DIRECTORIES = /(?:(?:\/[\w.+-]+)+\/\0)+/g;
const DIRECTORY_ENDS = ['lib/\0', 'lib64/\0', '-linux-gnu/\0', '-linux-gnueabihf/\0'];
const TABLE_BYTES = 1024;
/** Tables that are looked at: an ld.so has one, and a handful of strings that end so. */
const MAX_TABLES = 32;
/** What most have, where an ld.so does not tell. */
const USUAL = ['/lib64', '/usr/lib64', '/lib', '/usr/lib'];

/** Directories that are compiled into an ld.so of glibc: each distribution has its own. */
export async function systemDirectories({ read, size }: Pick<OpenFile, 'read' | 'size'>): Promise<string[]> {
  let tables = 0;
  for await (const place of findBytes(read, [{ offset: 0, size }], DIRECTORY_ENDS, { limit: MAX_BYTES })) {
    const start = Math.max(0, place - TABLE_BYTES);
    const text = Buffer.from(await read(start, 2 * TABLE_BYTES)).toString('latin1');
    for (const { 0: table, index } of text.matchAll(SYSTEM_DIRECTORIES)) {
      const isIt = start + index <= place && place < start + index + table.length;
      if (isIt) return table.split('/\0').filter((path) => path !== '');
    }
    if (++tables >= MAX_TABLES) break;
  }
  return USUAL;
}
