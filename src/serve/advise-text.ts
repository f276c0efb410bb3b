import { styleText } from 'node:util';
import type { Advice } from '../advise/advice.ts';
import type { AdviceFinding } from '../dockerfile/advice-finding.ts';
import { hanging, printable } from './terminal.ts';

const COLOURS = { info: 'blue', warning: 'yellow', critical: 'red' } as const;
const LIBC_WORDS = { none: '', glibc: ' with glibc', musl: ' with musl' } as const;

/** The answer for a person: what to set, why, what is wrong, and last the Dockerfile, to be copied. `width` in columns. */
export function adviseText(advice: Advice, width: number): string {
  return [
    styleText(
      'bold',
      `CGO_ENABLED=${advice.cgoEnabled}${LIBC_WORDS[advice.libc]}, run on ${printable(advice.baseImage)}`,
    ),
    ...rows(advice).flatMap(([label, words]) => hanging(`  ${label.padEnd(10)}`, words, width)),
    ...advice.because.flatMap((line, index) =>
      hanging(index === 0 ? '  why       - ' : '            - ', line, width),
    ),
    ...checkLines(advice, width),
    '',
    ...advice.findings.flatMap((finding) => findingLines(finding, width)),
    styleText('bold', 'Dockerfile'),
    // As it is, for what is copied of it is a file; it holds no control character (advise/dockerfile-text.ts).
    advice.dockerfile,
  ].join('\n');
}

/** The command on one line, whatever its length: to be copied. */
function checkLines({ check }: Advice, width: number): string[] {
  if (!check) return [];
  return [`  check     ${check.command}`, ...hanging('            ', check.means, width)];
}

/** What is set, without what is empty. */
function rows(advice: Advice): [string, string][] {
  const { builderImage, tags, ldflags, buildPackages, runPackages, godebug } = advice;
  const all: [string, string][] = [
    [
      'build in',
      [builderImage, ...(buildPackages.length > 0 ? [`with ${buildPackages.join(' ')}`] : [])].join(' '),
    ],
    [
      'flags',
      ['-trimpath', ...(tags.length > 0 ? [`-tags ${tags.join(',')}`] : []), `-ldflags '${ldflags}'`].join(
        ' ',
      ),
    ],
    ['install', runPackages.join(' ')],
    ['GODEBUG', godebug ?? ''],
  ];
  return all.filter(([, words]) => words !== '');
}

function findingLines(finding: AdviceFinding, width: number): string[] {
  const { id, severity, title, evidence, fix } = finding;
  return [
    `${styleText(['bold', COLOURS[severity]], severity.toUpperCase())}  ${styleText('bold', printable(title))}  (${id})`,
    ...placeLines(finding),
    ...evidence.flatMap((fact) => hanging('  seen  ', fact, width)),
    ...hanging('  fix   ', fix, width),
    '',
  ];
}

function placeLines({ file, line }: AdviceFinding): string[] {
  if (file === undefined) return [];
  return [
    `  in    ${file === 'dockerfile' ? 'the Dockerfile' : file}${line === undefined ? '' : ` line ${line}`}`,
  ];
}
