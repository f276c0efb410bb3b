import type { BinaryFacts } from '../binary/binary-facts.ts';
import type { ImageFacts } from '../image/image-facts.ts';
import type { ProcessesRecord, ProcessRecord } from './process-record.ts';

/** A program that was inspected, and where it is to run, or runs. */
export interface ProgramRecord {
  /** Path of its binary, as it was given or as the process's root has it. */
  subject: string;
  binary: BinaryFacts;
  /** Of the root directory it is in; absent: none was given, or it cannot be entered. */
  image?: ImageFacts;
  /** Whether the binary was found in that root; absent: it was not looked for there. */
  isInImage?: boolean;
  /** The process that runs it: it has its loader, whatever a look at its root says. */
  process?: Pick<ProcessRecord, 'pid' | 'libc' | 'libcFile' | 'environment' | 'files'>;
}

/** The program of the application's process, where its binary can be read. */
export function programOf({ app }: ProcessesRecord): ProgramRecord | undefined {
  if (!app?.binary) return undefined;
  const { binary, image, exe = `the binary of process ${app.pid}` } = app;
  return { subject: exe, binary, ...(image && { image }), process: app };
}
