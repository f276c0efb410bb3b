import { styleText } from 'node:util';
import type { Finding } from '../diagnose/finding.ts';
import { shortened } from '../journal/kept-text.ts';
import type { ExplainDocument } from './explain-document.ts';
import { hanging, printable } from './terminal.ts';

const MAX_ERRORS = 15;
const MAX_TEXT = 160;

/** An explain document for a person: the answer first, then the errors, then causes and fixes. `width` in columns. */
export function explainText(document: ExplainDocument, width: number): string {
  return [
    ...resolverLines(document),
    ...errorLines(document),
    ...startupLines(document),
    ...document.findings.flatMap((finding) => findingLines(finding, width)),
    '',
  ].join('\n');
}

function resolverLines({ lines, matched, trace, errors }: ExplainDocument): string[] {
  const { min, max } = trace.goVersion;
  const version = min || max ? `Go ${min ?? '1.5'} ${max ? `to ${max}` : 'or newer'}` : 'Go version unknown';
  const cgo = { true: 'cgo built in', false: 'no cgo in the binary', null: 'cgo unknown' }[
    `${trace.cgoCapable}`
  ];
  const orders = Object.entries(trace.lookups).map(([order, count]) => `${count} × ${order}`);
  return [
    `${styleText('bold', 'Resolver')}  ${trace.mode === 'unknown' ? byErrors(errors) : VERDICTS[trace.mode]}`,
    `  why      ${trace.reason}`,
    `  app      ${version}, ${cgo}`,
    `  lookups  ${orders.join(', ') || (trace.level === 1 ? 'not traced: GODEBUG=netdns=2 would' : 'none traced')}`,
    `  log      ${lines} lines read, ${matched} of them told something`,
  ];
}

const VERDICTS = {
  go: 'Go’s own, always',
  cgo: 'cgo, always: libc’s getaddrinfo',
  dynamic: 'chosen by Go for each lookup',
} as const;

/** Without a trace the words of the errors may still tell. */
function byErrors(errors: ExplainDocument['errors']): string {
  const resolvers = errors.filter(({ certainty }) => certainty === 'certain').map(({ resolver }) => resolver);
  return resolvers.length > 0
    ? `${[...new Set(resolvers)].join(' and ')}, by the words of its errors`
    : 'not told by the log';
}

function errorLines({ errors }: ExplainDocument): string[] {
  if (errors.length === 0) return ['', 'No failed lookup in the log.'];
  const rows = errors
    .slice(0, MAX_ERRORS)
    .map(({ count, resolver, certainty, reason, text }) => [
      `${count} ×`,
      reason,
      certainty === 'certain' || certainty === 'none' ? resolver : `${resolver} (${certainty})`,
      shortened(printable(text), MAX_TEXT),
    ]);
  const more = errors.length - rows.length;
  return [
    '',
    styleText('bold', 'Failed lookups'),
    ...table([['', 'reason', 'resolver', 'error'], ...rows]),
    ...(more > 0 ? [`  and ${more} more kinds; --json has all`] : []),
  ];
}

function startupLines({ startup }: ExplainDocument): string[] {
  if (startup.length === 0) return [];
  const texts = startup.map(
    ({ count, kind, text }) => `  ${count} ×  ${kind}  ${shortened(printable(text), MAX_TEXT)}`,
  );
  return ['', styleText('bold', 'Failed starts'), ...texts];
}

const COLOURS = { info: 'cyan', warning: 'yellow', critical: 'red' } as const;

/** A finding for a person: what, how it is known, what to do. `width` in columns. */
export function findingLines(
  { id, severity, title, evidence, fix, runbook }: Finding,
  width: number,
): string[] {
  return [
    '',
    `${styleText(['bold', COLOURS[severity]], severity.toUpperCase())}  ${styleText('bold', printable(title))}  (${id})`,
    ...evidence.flatMap((line) => hanging('  seen  ', line, width)),
    ...hanging('  fix   ', fix, width),
    `  more  ${runbook}`,
  ];
}

/** Columns padded to their widest cell; the last is left as it is. */
function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map(
    (row) =>
      `  ${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ')}`,
  );
}
