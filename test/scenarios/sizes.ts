/** Truncated answers, TCP, and answers that are large. */
import { late, many, NODATA, SERVFAIL, truncated } from './rules.ts';
import { S1, type Scenario, scenario } from './scenario.ts';

const MANY = many(60);
const FORTY = many(40, 0);
const PARTIAL = many(28, 16);
const TWO_HUNDRED = {
  a: Array.from({ length: 200 }, (_, i) => `198.18.0.${i + 1}`),
  aaaa: many(0, 200).aaaa,
};

export const sizes: readonly Scenario[] = [
  scenario('tc-partial-tcp-ok', 'UDP TC with 28 A / 16 AAAA; TCP gives 60 and 60', {
    server: truncated(MANY, PARTIAL),
  }),
  scenario('tc-partial-tcp-silent', 'UDP TC partial; TCP accepts, never answers', {
    server: truncated(MANY, PARTIAL),
    tcp: { [S1]: 'silent' },
  }),
  scenario('tc-partial-tcp-eof', 'UDP TC partial; TCP accepts and closes', {
    server: truncated(MANY, PARTIAL),
    tcp: { [S1]: 'eof' },
  }),
  scenario('tc-a-only', 'A is TC (TCP answers), AAAA NODATA over UDP', {
    server: (query) => (query.type === 'AAAA' ? NODATA : truncated(FORTY)(query)),
  }),
  scenario('tc-tcp-servfail', 'UDP TC, TCP SERVFAIL', { server: truncated(SERVFAIL) }),
  ...[3, 6].map((n) =>
    scenario(`tc-tcp-late-${n}s`, `UDP TC; TCP answers after ${n} s`, { server: truncated(late(n * 1000)) }),
  ),
  scenario('tc-65a-header', '70 A records in one UDP reply, no TC', {
    server: { a: Array.from({ length: 70 }, (_, i) => `198.18.0.${i + 1}`), aaaa: [] },
  }),
  scenario('udp-big-notc', 'UDP answers of more than 512 bytes without TC (60 A: about 1,000 bytes)', {
    server: MANY,
  }),
  scenario('udp-40a', '40 A records in one UDP reply (no TC, about 680 bytes)', { server: FORTY }),
  scenario('udp-40a-inet', '40 A records, AF_INET', { server: FORTY, family: 'inet' }),
  scenario('udp-30a', '28 A records, fits in 512 bytes', { server: { a: PARTIAL.a } }),
  scenario('udp-200a', '200 A records over TCP (TC first)', { server: truncated(TWO_HUNDRED) }),
  scenario('udp-400a-notc', '400 A records in one UDP reply without TC (6.4 kB)', {
    server: {
      a: Array.from({ length: 400 }, (_, i) => `198.18.${Math.floor(i / 200)}.${(i % 200) + 1}`),
      aaaa: [],
    },
  }),
  ...[20, 23, 24, 25, 26].map((n) =>
    scenario(`udp-${n}a-requery`, `${n} A records: from how many on glibc repeats its queries`, {
      server: { a: many(n).a },
    }),
  ),
  scenario('udp-13a13-requery', '13 A and 13 AAAA', { server: many(13) }),
  scenario('udp-16-17', '16 AAAA and 28 A, each in 512 bytes', { server: PARTIAL }),
  scenario('opt-edns0-big', 'edns0 with a 1000-byte UDP answer, no TC; without EDNS: TC, TCP answers', {
    server: ({ edns, proto }) => (edns || proto === 'tcp' ? MANY : { tc: true }),
    conf: 'options edns0\n',
  }),
];
