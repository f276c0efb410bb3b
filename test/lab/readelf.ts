/** What readelf of binutils says of a file. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ReadelfSays {
  /** `ELF64`, `2's complement, little endian`, `EXEC`, `Advanced Micro Devices X86-64`. */
  class: string;
  data: string;
  type: string;
  machine: string;
  /** In bytes, of each segment that is loaded or names something. */
  programs: { type: string; offset: number; address: number; fileSize: number }[];
  sections: { name: string; address: number; offset: number; size: number }[];
  interpreter?: string;
  needed: string[];
  soname?: string;
  runpath: string[];
  versionsNeeded: { library: string; versions: string[] }[];
  versionsDefined: string[];
  imports: { name: string; version?: string }[];
  defined: string[];
}

/** Runs readelf on a file. */
export async function readelf(path: string): Promise<ReadelfSays> {
  const options = { maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C' } };
  const { stdout } = await run('readelf', ['-hlSdVW', '--dyn-syms', path], options);
  const first = (pattern: RegExp) => pattern.exec(stdout)?.[1];
  const all = (pattern: RegExp) => [...stdout.matchAll(pattern)];
  const interpreter = first(/Requesting program interpreter: (.*)\]/);
  const soname = first(/\(SONAME\) +Library soname: \[(.*)\]/);
  const symbols = all(
    /^ +\d+: [0-9a-f]+ +\S+ \S+ +(\S+|<OS specific>: \d+) +\S+ +(\S+) (\S+)(?: \(\d+\))?$/gm,
  );
  const isImport = ([, binding, index]: string[]) => index === 'UND' && binding === 'GLOBAL';
  const isDefined = ([, binding, index]: string[]) => index !== 'UND' && binding !== 'LOCAL';
  return {
    class: first(/^ +Class: +(.*)$/m) ?? '',
    data: first(/^ +Data: +(.*)$/m) ?? '',
    type: first(/^ +Type: +(\S+)/m) ?? '',
    machine: first(/^ +Machine: +(.*)$/m) ?? '',
    programs: all(/^ +(LOAD|DYNAMIC|INTERP|NOTE) +(0x\S+) (0x\S+) 0x\S+ (0x\S+)/gm).map(
      ([, type = '', offset, address, fileSize]) => {
        return { type, offset: Number(offset), address: Number(address), fileSize: Number(fileSize) };
      },
    ),
    sections: all(/^ +\[ *\d+\] (\S*) +[A-Z]\S+ +([0-9a-f]{8,16}) ([0-9a-f]{6,}) ([0-9a-f]{6,}) /gm).map(
      ([, name = '', address, offset, size]) => {
        return { name, address: hex(address), offset: hex(offset), size: hex(size) };
      },
    ),
    ...(interpreter !== undefined && { interpreter }),
    needed: all(/\(NEEDED\) +Shared library: \[(.*)\]/g).map(([, name = '']) => name),
    ...(soname !== undefined && { soname }),
    runpath: first(/\((?:RUNPATH|RPATH)\) +Library r(?:un)?path: \[(.*)\]/)?.split(':') ?? [],
    versionsNeeded: needsOf(stdout),
    versionsDefined: all(/Rev: 1 .* Cnt: \d+ +Name: (\S+)$/gm).map(([, name = '']) => name),
    imports: symbols.filter(isImport).map(([, , , text = '']) => {
      const [name = '', version] = text.split(/@+/);
      return { name, ...(version !== undefined && { version }) };
    }),
    defined: [...new Set(symbols.filter(isDefined).map(([, , , text = '']) => text.split('@')[0] ?? ''))],
  };
}

function needsOf(stdout: string): ReadelfSays['versionsNeeded'] {
  const needs: ReadelfSays['versionsNeeded'] = [];
  for (const [, file, version, flags] of stdout.matchAll(
    /^.* Version: \d+ +File: (\S+) +Cnt: \d+$|^ +0x[0-9a-f]+: +Name: (\S+) +Flags: (.*?) +Version: \d+$/gm,
  )) {
    if (file !== undefined) needs.push({ library: file, versions: [] });
    else if (version !== undefined && !flags?.includes('WEAK')) needs.at(-1)?.versions.push(version);
  }
  return needs.filter(({ versions }) => versions.length > 0);
}

function hex(digits = ''): number {
  return Number.parseInt(digits, 16);
}
