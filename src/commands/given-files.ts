import { NOT_READ, readText } from '../lookup/read-text.ts';
import type { FileText } from '../resolver/sources.ts';
import { UsageError } from './command.ts';

/**
 * Looks at the files that a call names in place of /etc's. One that is not there is taken as missing there, which is
 * said on stderr: it may be meant, or mistyped.
 *
 * @throws UsageError where one cannot be read
 */
export function checkGivenFiles(files: Readonly<Record<string, string | undefined>>): void {
  for (const [flag, path] of Object.entries(files)) {
    if (path === undefined) continue;
    const file = readText(path);
    const name = `--${flag} ${JSON.stringify(path)}`;
    if (file.state === 'absent')
      process.stderr.write(`netdns-sidecar: ${name}: there is none: taken as missing for the resolver too\n`);
    if (file.state !== 'ok' && file.state !== 'absent') throw notRead(name, file);
  }
}

/** The text of a file that a call names. @throws UsageError where it is not there or cannot be read */
export function readGiven(path: string): string {
  const file = readText(path);
  // readText keeps bytes: one a character.
  if (file.state === 'ok') return Buffer.from(file.text, 'latin1').toString();
  if (file.state === 'absent') throw new UsageError(`${JSON.stringify(path)}: there is no such file`);
  throw notRead(JSON.stringify(path), file);
}

function notRead(name: string, file: Exclude<FileText, { state: 'ok' | 'absent' }>): UsageError {
  if (file.state === 'denied') return new UsageError(`${name}: no permission to read it`);
  return new UsageError(`${name}: ${NOT_READ[file.errno] ?? file.errno}: give a regular file`);
}
