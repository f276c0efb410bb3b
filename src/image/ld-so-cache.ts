import { fieldsOf } from '../elf/fields.ts';

/** glibc, sysdeps/generic/dl-cache.h: CACHEMAGIC_VERSION_NEW, which ldconfig before 2.32 put behind its older format. */
const MAGIC = 'glibc-ld.so.cache1.1';
/** struct cache_file_new and struct file_entry_new. */
const HEADER_BYTES = 48;
const ENTRY_BYTES = 24;
/** Of its processor's extensions: a library that is only for some machines. */
const HWCAP_AT = 16;
/** A full desktop has some thousand. */
const MAX_ENTRIES = 1 << 16;
const MAX_STRING = 4096;

/**
 * Where /etc/ld.so.cache has libraries, by DT_NEEDED name, in its order; those of hardware capabilities are left out.
 * Empty where it is none: ld.so then does without.
 */
export function parseLdSoCache(bytes: Uint8Array, littleEndian: boolean): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = all.indexOf(MAGIC, 0, 'latin1');
  if (start < 0 || all.length - start < HEADER_BYTES) return found;
  const cache = all.subarray(start);
  // Counts and offsets are 32 bits wide whatever the processor.
  const { word } = fieldsOf(cache, { bits: 32, littleEndian });
  const count = Math.min(word(20), MAX_ENTRIES, Math.floor((cache.length - HEADER_BYTES) / ENTRY_BYTES));
  for (let index = 0; index < count; index++) {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    if (word(at + HWCAP_AT) !== 0 || word(at + HWCAP_AT + 4) !== 0) continue;
    const name = stringAt(cache, word(at + 4));
    const path = stringAt(cache, word(at + 8));
    const paths = found.get(name);
    if (paths) paths.push(path);
    else found.set(name, [path]);
  }
  return found;
}

function stringAt(cache: Buffer, at: number): string {
  const end = cache.indexOf(0, at);
  return end < 0 || end - at > MAX_STRING ? '' : cache.toString('latin1', at, end);
}
