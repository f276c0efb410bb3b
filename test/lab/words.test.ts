/**
 * What Go's three resolvers say of the same servers, and what we make of their words. The names are the zones of
 * dns-zones.ts.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findLookupErrors } from '../../src/golang/lookup-errors.ts';
import type { Build } from './builds.ts';
import { describeLab } from './lab.ts';

interface Outcome {
  readonly name: string;
  readonly go: string;
  readonly glibc: string;
  readonly musl: unknown;
}

const outcomes: readonly Outcome[] = [
  { name: 'ok.test', go: 'ok', glibc: 'ok', musl: 'ok' },
  { name: 'v4only.test', go: 'ok', glibc: 'ok', musl: 'ok' },
  { name: 'slow.test', go: 'ok', glibc: 'ok', musl: 'ok' },
  // musl has TCP since 1.2.4; without it the reply has no addresses.
  { name: 'truncated.test', go: 'ok', glibc: 'ok', musl: expect.stringMatching(/^(ok|cgo: not-found)$/) },
  { name: 'nx.test', go: 'go: not-found', glibc: 'cgo: not-found', musl: 'cgo: not-found' },
  {
    name: 'servfail.test',
    go: 'go: server-failure',
    glibc: 'cgo-glibc: try-again',
    musl: 'cgo-musl: try-again',
  },
  {
    name: 'refused.test',
    go: 'go: server-failure',
    glibc: 'cgo-glibc: try-again',
    musl: 'cgo-musl: try-again',
  },
  // glibc takes FORMERR for a name that does not exist.
  { name: 'formerr.test', go: 'go: server-failure', glibc: 'cgo: not-found', musl: 'cgo-musl: try-again' },
  { name: 'silence.test', go: 'go: timeout', glibc: 'cgo-glibc: try-again', musl: 'cgo-musl: try-again' },
  // musl wants both families or none.
  { name: 'aaaa-servfail.test', go: 'ok', glibc: 'ok', musl: 'cgo-musl: try-again' },
];

const resolvers = [
  { resolver: 'go', build: 'nocgo', godebug: 'netdns=go' },
  { resolver: 'glibc', build: 'glibc', godebug: 'netdns=cgo' },
  { resolver: 'musl', build: 'musl', godebug: 'netdns=cgo' },
] as const satisfies readonly { resolver: keyof Outcome; build: Build; godebug: string }[];

describeLab('the words of Go resolvers', ['nocgo', 'glibc', 'musl'], (lab) => {
  it.each(resolvers)('$resolver', async ({ resolver, build, godebug }) => {
    const log = join(lab.directory('words'), `${resolver}.log`);
    const names = outcomes.map(({ name }) => name);

    await lab.run(log, { build, env: { GODEBUG: godebug }, args: names });

    const errors = findLookupErrors(readFileSync(log, 'utf8'));
    const found = new Map(errors.map((error) => [error.name, `${error.resolver}: ${error.reason}`]));
    expect(Object.fromEntries(names.map((name) => [name, found.get(name) ?? 'ok']))).toEqual(
      Object.fromEntries(outcomes.map((outcome) => [outcome.name, outcome[resolver]])),
    );
  });
});
