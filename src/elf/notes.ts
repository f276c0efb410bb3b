import { ElfError } from './elf-error.ts';
import { type Encoding, fieldsOf } from './fields.ts';

/** A note that the compiler or the linker left in a file: elf(5), Notes. */
export interface Note {
  /** As it is there: with the zero that ends it. */
  name: string;
  type: number;
}

/** namesz, descsz and type, words in both classes. */
const NOTE_HEADER = 12;

/**
 * The notes of a segment, one after another; an ElfError where one is cut off.
 * @param align of the program header: notes are padded to 4 bytes in both classes, unless it says 8
 */
export function* parseNotes(bytes: Uint8Array, align: number, encoding: Encoding): Generator<Note> {
  const { word } = fieldsOf(bytes, encoding);
  const unit = align === 8 ? 8 : 4;
  const padded = (length: number) => Math.ceil(length / unit) * unit;
  for (let at = 0; at < bytes.length; ) {
    const [nameSize, size, type] = [word(at), word(at + 4), word(at + 8)];
    const [from, to] = [at + NOTE_HEADER, at + NOTE_HEADER + nameSize];
    if (to > bytes.length) throw new ElfError(`ends at ${bytes.length}, within the name of a note at ${at}`);
    yield { name: Buffer.from(bytes.subarray(from, to)).toString('latin1'), type };
    at += padded(padded(NOTE_HEADER + nameSize) + size);
  }
}
