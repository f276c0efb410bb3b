import { type Change, rulesAt, type Version } from '../version.ts';

/** What differs between musl's releases, as the model of one of them needs it. */
export interface MuslRules {
  /** search, domain and ndots of resolv.conf. */
  searches: boolean;
  /** hosts or resolv.conf that cannot be opened, for another reason than that they are missing or not ours to read. */
  unreadable: 'as-missing' | 'ends-the-lookup';
  /** A hosts line of the name with an address of the other family: DNS is asked, or nothing is found. */
  otherFamilyInHosts: 'asks-dns' | 'found-nothing';
  /** AI_ADDRCONFIG; where the family is switched off: at once, or after a lookup of the other one. */
  addrConfig: 'ignored' | 'at-once' | 'after-the-lookup';
  /** Whether A and AAAA must both be answered, or one with addresses is enough. */
  halves: 'both' | 'any';
  /** NOERROR without an address. */
  nothing: 'EAI_FAIL' | 'EAI_NONAME' | 'EAI_NODATA';
  /** A name that makes no query (a label over 63 bytes, empty, more than 253 in all). */
  unaskable: 'ends-the-search' | 'passed-over';
  /** A name that ends in two dots, as `search .` makes it. */
  twoDots: 'sent-malformed' | 'unaskable';
  /** The ids of A and AAAA: both from the clock, or the second changed if their high bytes are the same. */
  ids: 'from-the-clock' | 'distinct';
  /** Bytes kept of an answer. */
  answerBytes: number;
  /** What is truncated, or longer than kept, is asked again over TCP. */
  tcp: boolean;
  /** More questions and answers in the header than this: the message is not read. */
  maxRecords: number;
  /** The highest offset a compression pointer may have. */
  maxPointer: number;
  /** A record that is cut by the end of the message: read with what lies behind it, or not. */
  cutRecords: 'read' | 'dropped';
  /** AAAA records in the answer to A and the reverse. */
  wrongTypes: 'taken' | 'dropped';
  /** Whose addresses are taken first: they fill the 48 places. */
  first: 'A' | 'AAAA';
  /** IPv6 nameservers where the kernel has no IPv6: all fails, or the IPv4 ones are asked. */
  withoutIpv6: 'fails' | 'asks-ipv4';
  /** Results are sorted as RFC 3484 wants it. */
  sorts: boolean;
}

/** musl 1.1.2, the first with this resolver. */
const OLDEST: MuslRules = {
  searches: false,
  unreadable: 'as-missing',
  otherFamilyInHosts: 'asks-dns',
  addrConfig: 'ignored',
  halves: 'any',
  nothing: 'EAI_FAIL',
  unaskable: 'ends-the-search',
  twoDots: 'sent-malformed',
  ids: 'from-the-clock',
  answerBytes: 512,
  tcp: false,
  maxRecords: 64,
  maxPointer: 0x1fe,
  cutRecords: 'read',
  wrongTypes: 'taken',
  first: 'A',
  withoutIpv6: 'fails',
  sorts: false,
};

const CHANGES: readonly Change<MuslRules>[] = [
  { since: [1, 1, 3], rules: { sorts: true }, source: 'WHATSNEW; lookup_name.c, __lookup_name' },
  {
    since: [1, 1, 13],
    rules: { searches: true, nothing: 'EAI_NONAME' },
    source: 'WHATSNEW; lookup_name.c, name_from_dns_search',
  },
  {
    since: [1, 1, 13],
    rules: { unreadable: 'ends-the-lookup' },
    source: 'WHATSNEW; name_from_hosts, resolvconf.c',
  },
  { since: [1, 1, 15], rules: { otherFamilyInHosts: 'found-nothing' }, source: 'WHATSNEW; name_from_hosts' },
  { since: [1, 1, 20], rules: { addrConfig: 'at-once' }, source: 'WHATSNEW; getaddrinfo.c' },
  { since: [1, 2, 1], rules: { halves: 'both' }, source: 'commit 5cf1ac24; lookup_name.c, name_from_dns' },
  { since: [1, 2, 4], rules: { addrConfig: 'after-the-lookup' }, source: 'getaddrinfo.c, no_family' },
  {
    since: [1, 2, 4],
    rules: { nothing: 'EAI_NODATA' },
    source: 'commit 85050ac5; name_from_dns, name_from_hosts',
  },
  {
    since: [1, 2, 4],
    rules: { unaskable: 'passed-over', twoDots: 'unaskable' },
    source: 'commit 1e7fb12f; res_mkquery.c',
  },
  { since: [1, 2, 4], rules: { ids: 'distinct' }, source: 'commit 6c858d6f; name_from_dns' },
  { since: [1, 2, 4], rules: { tcp: true, answerBytes: 768 }, source: 'commit 51d4669f; res_msend.c' },
  { since: [1, 2, 4], rules: { first: 'AAAA' }, source: 'commit 8c408937; name_from_dns' },
  { since: [1, 2, 4], rules: { wrongTypes: 'dropped' }, source: 'WHATSNEW; dns_parse_callback' },
  { since: [1, 2, 4], rules: { cutRecords: 'dropped' }, source: 'WHATSNEW; dns_parse.c' },
  { since: [1, 2, 4], rules: { withoutIpv6: 'asks-ipv4' }, source: 'commit d8fddb96; res_msend.c' },
  { since: [1, 2, 5], rules: { answerBytes: 4800 }, source: 'commit a4ecaf89; ABUF_SIZE' },
  {
    since: [1, 2, 5],
    rules: { maxPointer: Number.POSITIVE_INFINITY },
    source: 'commit 83b858f8; dns_parse.c',
  },
  {
    since: [1, 2, 5],
    rules: { maxRecords: Number.POSITIVE_INFINITY },
    source: 'commit 8c086e76; dns_parse.c',
  },
];

/** The rules of one release; one between two known ones has those of the older. */
export function rulesOf(version: Version): MuslRules {
  return rulesAt(version, OLDEST, CHANGES);
}
