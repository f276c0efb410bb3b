import { describe, expect, it } from 'vitest';
import { resolverForced } from '../../src/diagnose/rules/resolver-forced.ts';
import { createAppRecord } from '../../src/journal/app-record.ts';
import { understand } from '../../src/watch/logs/understand.ts';
import { JUDGEMENT } from './judgement.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');

/** What the rule finds in a log whose lines were written `age` ms ago. */
function judge(log: string, age = 0) {
  const app = createAppRecord('/var/log/app.log');
  for (const line of log.trim().split('\n')) understand(app, line.trim(), NOW - age);
  return resolverForced.judge(app, { ...JUDGEMENT, now: NOW });
}
const trace = (...lines: string[]) => lines.map((line) => `go package net: ${line}`).join('\n');
const flags = (netCgo: boolean, netGo: boolean) => `confVal.netCgo = ${netCgo}  netGo = ${netGo}`;
const lookup = (order: string) => `hostLookupOrder(db) = ${order}`;

describe('a resolver is forced', () => {
  it.each<[string, string, string[]]>([
    [
      'GODEBUG, to cgo',
      trace('GODEBUG setting forcing use of the cgo resolver'),
      ['getaddrinfo', 'GODEBUG=netdns=cgo'],
    ],
    [
      'GODEBUG, to Go',
      trace('GODEBUG setting forcing use of the Go resolver'),
      ['Go’s resolver', 'GODEBUG=netdns=go'],
    ],
    ['GODEBUG, an old Go', trace("GODEBUG setting forcing use of Go's resolver"), ['GODEBUG=netdns=go']],
    ['netcgo', trace('using the cgo DNS resolver'), ['by the netcgo build tag']],
    ['netgo', trace("built with netgo build tag; using Go's DNS resolver"), ['by the netgo build tag']],
    [
      'netgo, a new Go',
      trace(flags(false, true), 'using the Go DNS resolver'),
      ['netgo build tag, or GODEBUG'],
    ],
    [
      'cgo, an old Go',
      trace(flags(true, false), 'using cgo DNS resolver'),
      ['GODEBUG=netdns=cgo, or the netcgo'],
    ],
    ['environment', trace(flags(false, false), 'using cgo DNS resolver'), ['LOCALDOMAIN, RES_OPTIONS']],
    [
      'environment or files, a new Go',
      trace(flags(false, false), 'dynamic selection of DNS resolver', 'addrLookupOrder(192.0.2.1) = cgo'),
      ['LOCALDOMAIN', 'resolv.conf'],
    ],
    [
      'files, an older Go',
      trace('dynamic selection of DNS resolver', lookup('cgo')),
      ['by something in resolv.conf'],
    ],
  ])('%s', (_, log, words) => {
    const verdict = judge(log);
    expect(verdict?.severity).toBe('info');
    for (const word of words) expect(verdict?.title).toContain(word);
    expect(verdict?.fix).not.toBe('');
  });

  it.each<[string, string]>([
    ['Go chooses', trace(flags(false, false), 'dynamic selection of DNS resolver', lookup('files,dns'))],
    ['some lookups take cgo', trace('dynamic selection of DNS resolver', lookup('files,dns'), lookup('cgo'))],
    ['no lookup was seen', trace('dynamic selection of DNS resolver')],
    [
      'the binary has Go’s alone',
      trace(flags(false, false), 'using the Go DNS resolver', lookup('files,dns')),
    ],
    [
      'the same, an older Go',
      trace(flags(false, false), "cgo resolver not supported; using Go's DNS resolver"),
    ],
    ['no trace', 'lookup db: Try again'],
  ])('is not, where %s', (_, log) => {
    expect(judge(log)).toBeUndefined();
  });
});

describe('failures of the forced resolver', () => {
  const forced = trace(flags(true, false), 'GODEBUG setting forcing use of the cgo resolver', lookup('cgo'));
  const failing = `${forced}\nlookup db: Temporary failure in name resolution`;

  it('make it a warning, with the failure and the line as evidence', () => {
    const { severity, evidence = [], fix } = judge(failing) ?? {};
    expect(severity).toBe('warning');
    expect(evidence).toContain(`the trace says: \`go package net: ${flags(true, false)}\``);
    expect(evidence.join()).toContain('1 × `lookup db: Temporary failure in name resolution`');
    expect(fix).toContain('GODEBUG=netdns=2 keeps the trace');
  });
  it('count for the window', () => {
    expect(judge(failing, 299_000)?.severity).toBe('warning');
    expect(judge(failing, 301_000)?.severity).toBe('info');
  });
  it('of the other resolver do not count, nor do callers that gave up', () => {
    expect(judge(`${forced}\nlookup db on 192.0.2.53:53: server misbehaving`)?.severity).toBe('info');
    expect(judge(`${forced}\nlookup db: operation was canceled`)?.severity).toBe('info');
  });
});

it('closes when the application starts anew without force', () => {
  const forced = trace(flags(true, false), 'GODEBUG setting forcing use of the cgo resolver', lookup('cgo'));
  const free = trace(flags(false, false), 'dynamic selection of DNS resolver', lookup('files,dns'));
  expect(judge(forced)).toBeDefined();
  expect(judge(`${forced}\n${free}`)).toBeUndefined();
});
