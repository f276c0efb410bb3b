/** What the daemon makes of a real application's log: which resolver it uses, and why its lookups fail. */

import { expect, it } from 'vitest';
import type { Build } from './builds.ts';
import { describeLab } from './lab.ts';

const POLL = { timeout: 5_000 };

/** All the forms of an error that lookup.go knows, in turn. */
const EVERY_FORM = ['-form=log,wrapped,joined,json', '-count=4'];

interface App {
  readonly build: Build;
  readonly godebug: string;
  /** What the trace says. */
  readonly order: string;
  readonly resolver: 'go' | 'cgo';
  /** What the daemon makes of four SERVFAILs. */
  readonly error: string;
  readonly finding: string;
  /** What it says of the resolver beside that. */
  readonly remarks: readonly string[];
  /** Known from the words of the errors; Go's own resolver does not care. */
  readonly libc: 'glibc' | 'musl' | 'unknown';
}

const go = {
  order: 'files,dns',
  resolver: 'go',
  error: 'resolver="go",reason="server-failure"',
  finding: 'go-resolver-failing',
  remarks: [],
  libc: 'unknown',
} as const;

const cgo = { godebug: 'netdns=cgo+2', order: 'cgo', resolver: 'cgo' } as const;

const apps: readonly App[] = [
  { build: 'nocgo', godebug: 'netdns=2', ...go },
  { build: 'netgo', godebug: 'netdns=2', ...go },
  { build: 'glibc', godebug: 'netdns=2', ...go },
  { build: 'musl', godebug: 'netdns=go+2', ...go },
  {
    build: 'glibc',
    ...cgo,
    error: 'resolver="cgo-glibc",reason="try-again"',
    finding: 'cgo-resolver-failing',
    remarks: ['cgo-resolver-in-use'],
    libc: 'glibc',
  },
  {
    build: 'musl',
    ...cgo,
    error: 'resolver="cgo-musl",reason="try-again"',
    finding: 'musl-resolver-failing',
    remarks: ['cgo-resolver-in-use', 'musl-resolver-in-use'],
    libc: 'musl',
  },
];

describeLab('the resolver of a Go application', ['nocgo', 'netgo', 'glibc', 'musl'], (lab) => {
  it.each(apps)('$build with GODEBUG=$godebug, healthy', async ({ build, godebug, order, resolver }) => {
    const { log, daemon } = await lab.watch();

    // Nobody listens on port 80: a failure of the application, but not of its resolver.
    await lab.run(log, { build, env: { GODEBUG: godebug }, args: ['-how=http', ...EVERY_FORM, 'ok.test'] });

    await expect
      .poll(() => daemon.series('netdns_app_lookups_total'), POLL)
      .toEqual({ [`order="${order}"`]: 4 });
    expect(await daemon.series('netdns_app_lookup_errors_total')).toEqual({});
    expect(await daemon.series('netdns_app_resolver_info')).toEqual({
      [`resolver="${resolver}",source="trace"`]: 1,
    });
    const { httpStatus, status, findings } = await daemon.health();
    expect({ httpStatus, status }).toEqual({ httpStatus: 200, status: 'pass' });
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it.each(apps)(
    '$build with GODEBUG=$godebug, failing',
    async ({ build, godebug, order, error, finding, remarks, libc }) => {
      const { log, daemon } = await lab.watch();

      await lab.run(log, {
        build,
        env: { GODEBUG: godebug },
        args: ['-how=http', ...EVERY_FORM, 'servfail.test'],
      });

      await expect.poll(() => daemon.series('netdns_app_lookup_errors_total'), POLL).toEqual({ [error]: 4 });
      expect(await daemon.series('netdns_app_lookups_total')).toEqual({ [`order="${order}"`]: 4 });
      const [info] = Object.keys(await daemon.series('netdns_app_info'));
      expect(info).toContain(`libc="${libc}"`);
      const { httpStatus, status, findings } = await daemon.health();
      expect({ httpStatus, status }).toEqual({ httpStatus: 503, status: 'fail' });
      expect(findings).toContainEqual(expect.objectContaining({ id: finding, severity: 'critical' }));
      expect(findings.map(({ id }) => id)).toEqual(expect.arrayContaining([...remarks]));
    },
  );
});
