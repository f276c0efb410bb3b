/** What `predict` says, and what a real Go program then does on a machine with those files: the same. */

import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTraceLines } from '../../src/golang/debug-lines.ts';
import { predict } from '../../src/golang/prediction.ts';
import { readSources } from '../../src/lookup/read-sources.ts';
import { goMinorVersion } from './builds.ts';
import { describeLab } from './lab.ts';

const RUNS = 60;
const BUILDS = ['glibc', 'nocgo', 'netgo', 'musl'] as const;
const TIMEOUT_MS = 60_000;

const source = fc.constantFrom(
  ...['files', 'files', 'dns', 'dns', 'myhostname', 'mdns4_minimal', 'resolve', 'compat', 'Files'],
);
const criteria = fc.constantFrom(
  ...[
    '',
    '',
    '',
    ' [NOTFOUND=return]',
    ' [SUCCESS=continue]',
    ' [!UNAVAIL=return]',
    ' [success=return notfound=continue]',
  ],
  ...['[NOTFOUND=return]', ' [UNAVAIL=return][NOTFOUND=return]', ' [bad]', ' [NOTFOUND=return', ' []'],
);
const hostsLine = fc
  .tuple(
    fc.array(fc.tuple(source, criteria), { minLength: 1, maxLength: 4 }),
    fc.constantFrom(' ', ' ', ' ', '\t', '  '),
    fc.constantFrom('', '', 'passwd: files\n', '# hosts: dns\n', 'no colon\n'),
  )
  .map(([sources, blank, before]) => `${before}hosts: ${sources.map((each) => each.join('')).join(blank)}\n`);
const options = fc
  .subarray(['ndots:5', 'edns0', 'trust-ad', 'use-vc', 'rotate', 'inet6', 'no-aaaa', 'timeout', 'Rotate'], {
    maxLength: 2,
  })
  .map((words) => `options ${words.join(' ')}\n`);

const machine = fc.record({
  build: fc.constantFrom(...BUILDS),
  nsswitch: fc.option(hostsLine, { freq: 8 }),
  resolvConf: fc.oneof(
    fc.constant(''),
    options,
    fc.constantFrom('sortlist 192.0.2.0\n', ' # indented\n', '; remark\n'),
  ),
  mdnsAllow: fc.boolean(),
  env: fc.constantFrom<NodeJS.ProcessEnv[]>(
    ...[
      {},
      {},
      {},
      {},
      { LOCALDOMAIN: '' },
      { RES_OPTIONS: '' },
      { RES_OPTIONS: 'ndots:2' },
      { HOSTALIASES: '/x' },
    ],
    ...['netdns=go+2', 'netdns=cgo+2', 'netdns=2+go,netdns=2+cgo', 'netdns=2+bogus'].map((GODEBUG) => ({
      GODEBUG,
    })),
  ),
  names: fc.subarray(
    [
      'db',
      'db.prod',
      'a.LOCAL.',
      'localhost',
      'x.localhost.',
      'gateway',
      '_gateway',
      '_outbound',
      'a%b',
      'a\\b',
      hostname(),
    ],
    { minLength: 5, maxLength: 5 },
  ),
});

describeLab('predict', [...BUILDS], (lab) => {
  it(
    `says what real programs do, on ${RUNS} random machines`,
    async () => {
      const go = await goMinorVersion();
      for (const [nth, { build, nsswitch, resolvConf, mdnsAllow, env, names }] of fc
        .sample(machine, RUNS)
        .entries()) {
        const root = lab.directory(`machine-${nth}`);
        const etc = lab.directory(`machine-${nth}/etc`);
        writeFileSync(
          join(etc, 'resolv.conf'),
          `nameserver 127.0.0.53\noptions timeout:1 attempts:1\n${resolvConf}`,
        );
        if (nsswitch !== null) writeFileSync(join(etc, 'nsswitch.conf'), nsswitch);
        if (mdnsAllow) writeFileSync(join(etc, 'mdns.allow'), '*\n');
        const environment = { GODEBUG: 'netdns=2', ...env };

        const log = join(root, 'app.log');
        const launcher = ['unshare', '--mount', 'sh', '-euc', 'mount --bind "$0" /etc; exec "$@"', etc];
        await lab.run(log, { build, env: environment, launcher, args: ['-timeout=50ms', ...names] });

        const circumstances = {
          ...readSources({ root, environment }),
          go,
          cgo: build !== 'nocgo',
          tags: build === 'netgo' ? (['netgo'] as const) : [],
        };
        const found = readFileSync(log, 'utf8')
          .split('\n')
          .flatMap((line) =>
            parseTraceLines(line)
              .filter(({ kind }) => kind === 'lookup')
              .map(() => line),
          );
        const said = names.map((name) => predict(name, circumstances).trace);
        expect({ build, nsswitch, resolvConf, mdnsAllow, env, found }).toMatchObject({ found: said });
      }
    },
    TIMEOUT_MS,
  );
});
