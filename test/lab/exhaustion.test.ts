/** An application that leaks until a lookup has no port or no descriptor left, and what the daemon makes of it. */

import { expect, it } from 'vitest';
import type { Build } from './builds.ts';
import { describeLab } from './lab.ts';

const POLL = { timeout: 5_000 };

/** Ten source ports in all. */
const FEW_PORTS = [
  'sh',
  '-euc',
  'echo 40000 40009 >/proc/sys/net/ipv4/ip_local_port_range; exec "$@"',
  'few-ports',
];
const FEW_FILES = ['prlimit', '--nofile=64'];

interface Case {
  readonly leak: 'ports' | 'files';
  readonly launcher: readonly string[];
  readonly build: Build;
  readonly godebug: string;
  /** What the daemon makes of the lookups that fail. */
  readonly error: string;
  /** The finding that names the cause. */
  readonly finding: string;
}

const ports = { leak: 'ports', launcher: FEW_PORTS } as const;
const files = { leak: 'files', launcher: FEW_FILES } as const;
const go = { build: 'nocgo', godebug: 'netdns=2' } as const;
const glibc = { build: 'glibc', godebug: 'netdns=cgo+2' } as const;
const musl = { build: 'musl', godebug: 'netdns=cgo+2' } as const;

const cases: readonly Case[] = [
  {
    ...ports,
    ...go,
    error: 'resolver="go",reason="source-ports-exhausted"',
    finding: 'source-ports-exhausted',
  },
  {
    ...ports,
    ...musl,
    error: 'resolver="cgo-musl",reason="source-ports-exhausted"',
    finding: 'source-ports-exhausted',
  },
  // glibc says `Temporary failure in name resolution` whatever went wrong: from its words the cause is not known.
  { ...ports, ...glibc, error: 'resolver="cgo-glibc",reason="try-again"', finding: 'cgo-resolver-failing' },
  {
    ...files,
    ...go,
    error: 'resolver="go",reason="file-descriptors-exhausted"',
    finding: 'file-descriptors-near-limit',
  },
  {
    ...files,
    ...musl,
    error: 'resolver="cgo",reason="file-descriptors-exhausted"',
    finding: 'file-descriptors-near-limit',
  },
  {
    ...files,
    ...glibc,
    error: 'resolver="cgo",reason="file-descriptors-exhausted"',
    finding: 'file-descriptors-near-limit',
  },
];

describeLab('an application that runs out', ['nocgo', 'glibc', 'musl'], (lab) => {
  it.each(cases)(
    'of $leak, with $build and GODEBUG=$godebug',
    async ({ leak, launcher, build, godebug, error, finding }) => {
      const { log, daemon } = await lab.watch();

      // The first lookup is before the leak and succeeds.
      await lab.run(log, {
        build,
        env: { GODEBUG: godebug },
        launcher,
        args: [`-leak=${leak}`, '-count=5', 'ok.test'],
      });

      await expect.poll(() => daemon.series('netdns_app_lookup_errors_total'), POLL).toEqual({ [error]: 4 });
      const { httpStatus, findings } = await daemon.health();
      expect(httpStatus).toBe(503);
      expect(findings).toContainEqual(expect.objectContaining({ id: finding, severity: 'critical' }));
    },
  );
});
