import { ElfError } from './elf-error.ts';

/** Names by where they begin. An ElfError where one begins outside or has no end. */
export type Strings = (at: number) => string;

/**
 * The names of a string table: elf(5), each ended by a zero.
 * @param most characters that all names asked for may have together: names may share bytes, so few bytes can be many
 */
export function stringsOf(bytes: Uint8Array, most: number): Strings {
  const table = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let left = most;
  return (at) => {
    const end = at < table.length ? table.indexOf(0, at) : -1;
    if (end < 0) throw new ElfError(`a name at ${at} does not end in the ${table.length} bytes of names`);
    left -= end - at;
    if (left < 0) throw new ElfError(`names of more than ${most} characters`);
    return table.toString('utf8', at, end);
  };
}
