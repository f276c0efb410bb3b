/** net/softnet_stat: a line a CPU that is online, numbers in hex (net/core/net-procfs.c, softnet_seq_show). */
import { ProcfsError } from './procfs-error.ts';
import { fieldsOf, hex32, linesOf } from './text.ts';

/**
 * Added up over the CPUs, since boot; each CPU's is an unsigned int and begins again at 0. There is no line of names:
 * the first three columns are the same in every kernel, what comes after them differs (9 of 2.6, 11 of 3.11, 13 of
 * 5.10, 15 of 6.4).
 *
 * @throws {ProcfsError}
 */
export function parseSoftnet(text: string): { processed: number; dropped: number; squeezed: number } {
  const file = 'net/softnet_stat';
  const sum = { processed: 0, dropped: 0, squeezed: 0 };
  const lines = linesOf(text, file).map(fieldsOf);
  if (lines.length === 0) throw new ProcfsError(file, 'no line of a CPU');
  for (const fields of lines) {
    const [processed = 0, dropped = 0, squeezed = 0] = fields.map((field) => hex32(field, file, 'a column'));
    if (fields.length < 9 || fields.length !== lines[0]?.length) {
      throw new ProcfsError(file, `a line of ${fields.length} columns`);
    }
    sum.processed += processed;
    sum.dropped += dropped;
    sum.squeezed += squeezed;
  }
  return sum;
}
