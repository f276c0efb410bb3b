import { NOT_READ, readText } from '../lookup/read-text.ts';
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
    if (file.state === 'denied') throw new UsageError(`${name}: no permission to read it`);
    if (file.state === 'failed')
      throw new UsageError(`${name}: ${NOT_READ[file.errno] ?? file.errno}: give a regular file`);
  }
}
