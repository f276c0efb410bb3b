import type { BinaryFacts } from '../binary/binary-facts.ts';
import type { ImageFacts } from '../image/image-facts.ts';
import type { ProcessRecord } from './process-record.ts';

/** A program that was inspected, and where it is to run, or runs. */
export interface ProgramRecord {
  /** Path of its binary, as it was given or as the process's root has it. */
  subject: string;
  binary: BinaryFacts;
  /** Of the root directory it is in; absent: none was given, or it cannot be entered. */
  image?: ImageFacts;
  /** The process that runs it: it has its loader, whatever a look at its root says. */
  process?: Pick<ProcessRecord, 'pid' | 'libc' | 'libcFile' | 'environment'>;
}
