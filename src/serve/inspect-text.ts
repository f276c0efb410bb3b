import { styleText } from 'node:util';
import type { BinaryFacts } from '../binary/binary-facts.ts';
import { settledResolver } from '../diagnose/program/resolver-of.ts';
import type { StartVerdict } from '../image/image-facts.ts';
import type { ProgramRecord } from '../journal/program-record.ts';
import { findingLines } from './explain-text.ts';
import { type InspectDocument, onBases } from './inspect-document.ts';
import { hanging, printable } from './terminal.ts';

const MAX_LISTED = 8;

/** An inspected binary for a person: what it is, its resolver, where it starts, then findings. `width` in columns. */
export function inspectText(program: ProgramRecord, document: InspectDocument, width: number): string {
  return [
    ...binaryLines(program, width),
    '',
    ...baseLines(program.binary, width),
    ...rootLines(document, width),
    ...document.findings.flatMap((finding) => findingLines(finding, width)),
    '',
  ].join('\n');
}

function binaryLines(program: ProgramRecord, width: number): string[] {
  const { subject, binary, isInImage } = program;
  const rows: [string, string][] = [
    ['built', builtWords(binary)],
    ['linked', linkedWords(binary)],
    ['resolver', resolverWords(program)],
  ];
  return [
    styleText('bold', printable(subject)),
    ...(isInImage === undefined
      ? []
      : [
          `  ${'read'.padEnd(10)}${isInImage ? 'from the root directory' : 'from this machine: the root directory has no such file'}`,
        ]),
    ...rows.flatMap(([label, words]) => hanging(`  ${label.padEnd(10)}`, words, width)),
  ];
}

function builtWords({ build, arch, isGo, packed }: BinaryFacts): string {
  if (packed) return `${arch}, packed by UPX: what is in it cannot be told; inspect it before it is packed`;
  if (!build) return isGo ? `${arch}, by Go, without build information (garble?)` : `${arch}; not by Go`;
  const module = build.main?.path ?? build.path;
  const said = ['CGO_ENABLED', '-tags', '-buildmode', 'DefaultGODEBUG'].flatMap((key) => {
    const value = build.settings.get(key);
    return value === undefined || (key === '-buildmode' && value === 'exe') ? [] : [`${key}=${value}`];
  });
  return [`${build.goVersion} for ${arch}`, ...(module ? [module] : []), ...said].join(', ');
}

function linkedWords({ linkage, interpreter, needed, libc, glibcNeeded }: BinaryFacts): string {
  if (interpreter === undefined) return libc === 'none' ? linkage : `${linkage}, with ${libc} in it`;
  const libraries = needed.length > 0 ? listed(needed) : 'no library';
  const since = glibcNeeded === undefined ? '' : `, glibc ${glibcNeeded} or newer`;
  return `${linkage}: loader ${interpreter}, needs ${libraries}${since}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_LISTED;
  return names.slice(0, MAX_LISTED).join(' ') + (more > 0 ? ` and ${more} more` : '');
}

function resolverWords(program: ProgramRecord): string {
  const { cgoResolver, cgoResolverBecause, libc } = program.binary;
  const settled = settledResolver(program);
  if (settled) return `${settled.resolver === 'go' ? 'Go’s own, always' : 'cgo, always'}: ${settled.because}`;
  if (cgoResolver === 'unknown') return `cannot be told: ${cgoResolverBecause}`;
  const which = libc === 'glibc' || libc === 'musl' ? `${libc}’s getaddrinfo` : 'libc’s getaddrinfo';
  return `Go chooses for each lookup between its own and ${which} (${cgoResolverBecause}): netdns-sidecar predict tells`;
}

/** Of equal width: yes, no, not known. */
const MARKS = {
  true: { text: 'starts    ', colour: 'green' },
  false: { text: 'no start  ', colour: 'red' },
  undefined: { text: 'unknown   ', colour: 'yellow' },
} as const;

function baseLines(binary: BinaryFacts, width: number): string[] {
  const bases = onBases(binary);
  const longest = Math.max(...bases.map(({ base }) => base.length));
  const [first] = bases;
  const isAllTheSame = bases.every(({ verdict: { why } }) => why === first?.verdict.why);
  if (first && isAllTheSame)
    return [
      `${styleText('bold', 'On base images')}  ${bases.map(({ base }) => base).join(', ')}`,
      ...verdictLines('  ', first.verdict, width),
    ];
  return [
    styleText('bold', 'On base images'),
    ...bases.flatMap(({ base, verdict }) => verdictLines(`  ${base.padEnd(longest)}  `, verdict, width)),
  ];
}

function rootLines({ rootfs }: InspectDocument, width: number): string[] {
  if (!rootfs) return [];
  const { starts, why, missing, libc, files } = rootfs;
  const there = (has: boolean) => Object.entries(files).flatMap(([name, is]) => (is === has ? [name] : []));
  const [has, lacks] = [there(true), there(false)];
  return [
    '',
    styleText('bold', 'In this root directory'),
    ...verdictLines('  ', { starts: starts ?? undefined, why }, width),
    ...(missing.length > 0 ? hanging('  missing   ', listed(missing), width) : []),
    ...hanging('  libc      ', libc ?? 'none', width),
    ...(has.length > 0 ? hanging('  has       ', has.join(', '), width) : []),
    ...(lacks.length > 0 ? hanging('  has not   ', lacks.join(', '), width) : []),
  ];
}

function verdictLines(
  label: string,
  { starts, why }: Pick<StartVerdict, 'starts' | 'why'>,
  width: number,
): string[] {
  const { text, colour } = MARKS[`${starts}`];
  const [first = '', ...others] = hanging(label + text, why, width);
  return [label + styleText(colour, text) + first.slice(label.length + text.length), ...others];
}
