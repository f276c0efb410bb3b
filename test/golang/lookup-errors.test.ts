import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isDomainName } from '../../src/golang/domain-name.ts';
import { findLookupErrors } from '../../src/golang/lookup-errors.ts';

const [, ...rows] = readFileSync(new URL('../fixtures/go/errors.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const recorded = rows.map((row) => {
  const [name = '', by = '', versions = '', text = '', flags = '', server = ''] = row.split('\t');
  return { name, by, minors: versions.split(',').map((v) => Number(v.split('.')[1])), text, flags, server };
});

/** Nothing in these says that a name was looked up: the connection's own failure, or a bare timeout of Go 1.15. */
const NOT_A_LOOKUP = /^(i\/o timeout|operation was canceled|dial tcp \S+: connect: connection refused)$/;

const WORDS_OF_LIBC = /Temporary failure|Try again|Name or service|Name does not|No address|Name has no/;

describe('every recorded error is understood as it was made', () => {
  test.each(recorded.map((row) => [`${row.name} ${row.by} ${row.minors.join()}: ${row.text}`, row] as const))(
    '%s',
    (_, { by, minors, text, flags, server }) => {
      const errors = findLookupErrors(`2026/11/23 10:00:00 request failed: ${text}`);
      if (NOT_A_LOOKUP.test(text)) {
        expect(errors).toEqual([]);
        return;
      }
      expect(errors).toHaveLength(1);
      const [error] = errors;
      expect(error?.text).toBe(text.replace(/^.*?(?=lookup |address |dial tcp: (i\/o|op))/, ''));
      expect(error?.server ?? '').toBe(server);

      // A server is Go's own client's, in cgo builds too: MX, TXT, SRV and NS never use libc, CNAME falls back to Go.
      const libc = /^cgo-(glibc|musl)/.exec(by)?.[0];
      const maker = libc && !server ? libc : 'go';
      const allowed: string[] = [maker, 'unknown'];
      if (maker !== 'go') allowed.push('cgo');
      // Open without the trace: AddrError up to 1.16, `hosts: files`, and names only the old Go would not send.
      const open = text.includes('no suitable address') || /no such host$/.test(text);
      if (!open) expect(allowed).toContain(error?.resolver);
      if (error?.certainty === 'certain') expect(allowed).toContain(error.resolver);
      if (server) expect(error).toMatchObject({ resolver: 'go', certainty: 'certain' });
      if (WORDS_OF_LIBC.test(text)) expect(error).toMatchObject({ resolver: maker, certainty: 'certain' });

      for (const minor of minors) {
        expect(error?.goVersion.min ?? 0).toBeLessThanOrEqual(minor);
        expect(error?.goVersion.max ?? 99).toBeGreaterThanOrEqual(minor);
      }

      if (flags.includes('IsNotFound')) expect(error?.reason).toBe('not-found');
      expect(error?.reason).not.toBe('other');
    },
  );
});

describe('the reason is told by the text', () => {
  const S = '10.96.0.10:53';
  it.each([
    [`lookup a on ${S}: read udp 10.0.0.2:4123->${S}: i/o timeout`, 'timeout'],
    [`lookup a on ${S}: read udp 10.0.0.2:4123->${S}: read: connection refused`, 'refused-connection'],
    [`lookup a on ${S}: read udp 10.0.0.2:4123->${S}: read: no route to host`, 'unreachable'],
    [`lookup a on ${S}: write udp 10.0.0.2:4123->${S}: write: operation not permitted`, 'not-permitted'],
    [`lookup a on ${S}: dial udp ${S}: connect: network is unreachable`, 'unreachable'],
    [`lookup a on ${S}: dial udp ${S}: connect: resource temporarily unavailable`, 'source-ports-exhausted'],
    [`lookup a on ${S}: dial tcp ${S}: connect: cannot assign requested address`, 'source-ports-exhausted'],
    ['lookup a on [::1]:53: dial udp [::1]:53: connect: cannot assign requested address', 'unreachable'],
    [`lookup a on ${S}: dial udp ${S}: socket: too many open files`, 'file-descriptors-exhausted'],
    [`lookup a on ${S}: dial udp ${S}: socket: no buffer space available`, 'no-buffer-space'],
    [`lookup a on ${S}: server misbehaving`, 'server-failure'],
    [`lookup a on ${S}: lame referral`, 'lame-referral'],
    [`lookup a on ${S}: no answer from DNS server`, 'truncated'],
    [`lookup a on ${S}: cannot unmarshal DNS message`, 'bad-response'],
    [`lookup a on ${S}: EOF`, 'bad-response'],
    [`lookup a on ${S}: some words of a Go not yet written`, 'other'],
    ['lookup a: address already in use', 'source-ports-exhausted'],
    ['lookup a: operation was canceled', 'canceled'],
    ['lookup a.b: unrecognized address', 'invalid-name'],
    ['address a.b: no suitable address found', 'address-family'],
    ['dial tcp: i/o timeout', 'timeout'],
  ])('%s: %s', (text, reason) => {
    expect(findLookupErrors(text).map((error) => error.reason)).toEqual([reason]);
  });
});

describe('an error stands anywhere in a line', () => {
  const error = 'lookup api.prod on 10.96.0.10:53: no such host';
  it.each([
    error,
    `dial tcp: ${error}`,
    `Get "http://api.prod/v1?x=lookup": dial tcp: ${error}`,
    `{"level":"error","err":"${error}"}`,
    `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp: ${error}"`,
    `failed to connect to \`host=api.prod user=x\`: hostname resolving error (${error})`,
    `lookup of api failed: attempt 3: ${error}; retrying in 5s`,
    `${error}\nfurther down: EOF`,
  ])('%s', (line) => {
    expect(findLookupErrors(line)).toMatchObject([
      { name: 'api.prod', server: '10.96.0.10:53', text: error },
    ]);
  });

  it('finds all of several joined errors', () => {
    const line = 'lookup a on 10.0.0.1:53: server misbehaving\nlookup b: Try again; lookup c: i/o timeout';
    expect(findLookupErrors(line).map(({ name, resolver }) => [name, resolver])).toEqual([
      ['a', 'go'],
      ['b', 'cgo-musl'],
      ['c', 'unknown'],
    ]);
  });

  it.each([
    '2001:db8::1',
    'fe80::1%eth0',
    'a b.test',
    'bücher.test',
    '',
    'a"b',
    'x'.repeat(10_000),
    'a\u001b[31mb',
  ])('with the name %j', (name) => {
    expect(findLookupErrors(`dial tcp: lookup ${name}: Try again`)).toMatchObject([
      { name, resolver: 'cgo-musl' },
    ]);
  });
});

describe('what only looks like a lookup error is left alone', () => {
  it.each([
    'DNS lookup failed for db.prod: no such host',
    'lookup table: refreshed',
    'user: lookup username joe: no such file or directory',
    'failed to lookup /etc/app.conf: permission denied',
    'dial tcp 10.1.2.3:443: i/o timeout',
    'dial tcp 10.1.2.3:443: connect: connection refused',
    'please try again later',
    'lookup cache: EOF',
    'lookup of ok.test failed: Get "http://ok.test": dial tcp [::1]:80: connect: connection refused',
    'user lookup failed: dial tcp 10.0.0.7:5432: i/o timeout',
    'lookup of x failed: context deadline exceeded',
    'lookup of x failed: i/o timeout',
  ])('%s', (line) => {
    expect(findLookupErrors(line)).toEqual([]);
  });
});

test("`no such host` without a server is cgo's, unless Go would not have sent the name", () => {
  const verdict = (name: string) => findLookupErrors(`lookup ${name}: no such host`)[0];
  expect(verdict('db.prod')).toMatchObject({ resolver: 'cgo', certainty: 'high' });
  expect(verdict('10.1.2.3')).toMatchObject({ resolver: 'cgo', certainty: 'certain' });
  for (const invalid of ['', 'a..b', '-a.b', 'a b', '256.1.1.1', 'xn--ok-.test', 'x'.repeat(64)]) {
    expect(verdict(invalid)).toMatchObject({ resolver: 'unknown', certainty: 'none' });
    expect(isDomainName(invalid)).toBe(false);
  }
});

test('hostile text takes linear time and never throws', () => {
  const hostile = ['lookup ', ': EOF', ': i/o timeout', 'address ', ' on 1.2.3.4:53', ': dial udp [::'];
  for (const piece of hostile) {
    const started = process.cpuUsage().user;
    findLookupErrors(piece.repeat(Math.ceil(65_536 / piece.length)));
    // Quadratic behaviour takes minutes here; this is a bound on it, not a benchmark.
    expect(process.cpuUsage().user - started).toBeLessThan(2_000_000);
  }
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...hostile))), (parts) => {
      for (const error of findLookupErrors(parts.join(''))) expect(error.end).toBeGreaterThan(error.start);
    }),
  );
});
