import { type Change, rulesAt, type Version } from '../version.ts';

/** What differs between releases of glibc. */
export interface GlibcRules {
  /** Only records that belong to the question's chain of CNAMEs, in order, and of the type asked for, count. */
  strictAnswers: boolean;
  /** Of a reply the id may be that of one query of a pair and the question that of the other. */
  idAndQuestionApart: boolean;
  /** A bare header with SERVFAIL, NOTIMP or REFUSED and no question is a reply. */
  shortErrorReplies: boolean;
  /** A failed A is waited upon in single-request mode, although its AAAA was never sent. */
  singleRequestWaitsAfterError: boolean;
  /** A process that fell back to single-request no longer looks at resolv.conf. */
  fallbackStopsReload: boolean;
  /** A search domain that does not fit an old structure makes an assertion fail. */
  longSearchAborts: boolean;
  noAaaa: boolean;
  /** `options strict-error`, and a `-` before an option that takes it back. */
  strictError: boolean;
  /** nsswitch.conf is read again when it changes. */
  nsswitchReload: boolean;
  /** A `hosts:` line that cannot be read makes all lookups fail, and `#` is no comment within a line. */
  nsswitchStrict: boolean;
  /** Where nsswitch.conf has no `hosts:` line. */
  nsswitchDefault: string;
  /** `files` and `dns` are parts of libc.so; before, each was a library that is loaded at its first use. */
  servicesInLibc: boolean;
  /** What a service found goes on to the next where `[SUCCESS=continue]` says so. */
  keepsFoundOnContinue: boolean;
}

/** glibc 2.31, the oldest that is known here: resolv/, nss/ and sysdeps/posix/getaddrinfo.c of its source. */
const OLDEST: GlibcRules = {
  strictAnswers: false,
  idAndQuestionApart: true,
  shortErrorReplies: false,
  singleRequestWaitsAfterError: true,
  fallbackStopsReload: true,
  longSearchAborts: true,
  noAaaa: false,
  strictError: false,
  nsswitchReload: false,
  nsswitchStrict: false,
  nsswitchDefault: 'dns [!UNAVAIL=return] files',
  servicesInLibc: false,
  keepsFoundOnContinue: true,
};

/**
 * Where the release branches took a change from a newer release (2.34 to 2.40 did so in 2024), `since` is the oldest
 * branch that has it: distributions ship branches, Debian 12's 2.36 among them.
 */
const CHANGES: readonly Change<GlibcRules>[] = [
  { since: [2, 33], rules: { nsswitchReload: true }, source: 'nss/nss_database.c' },
  { since: [2, 33], rules: { nsswitchStrict: true }, source: 'nss/nss_database.c, process_line' },
  { since: [2, 33], rules: { nsswitchDefault: 'files dns' }, source: 'nss/nss_database.c' },
  { since: [2, 33], rules: { idAndQuestionApart: false }, source: 'bug 26600, resolv/res_send.c' },
  { since: [2, 34], rules: { strictAnswers: true }, source: 'bug 12154, in 2.37' },
  { since: [2, 34], rules: { shortErrorReplies: true }, source: 'bug 31890, in 2.41' },
  { since: [2, 34], rules: { singleRequestWaitsAfterError: false }, source: 'bug 30081, in 2.41' },
  { since: [2, 34], rules: { fallbackStopsReload: false }, source: 'bug 31476, in 2.40' },
  { since: [2, 34], rules: { servicesInLibc: true }, source: 'nss/nss_files, resolv/nss_dns' },
  { since: [2, 36], rules: { noAaaa: true }, source: 'resolv/res-noaaaa.c' },
  { since: [2, 36], rules: { keepsFoundOnContinue: false }, source: 'getaddrinfo.c, get_nss_addresses' },
  { since: [2, 41], rules: { longSearchAborts: false }, source: 'measured; 2.31 and 2.36 abort' },
  { since: [2, 41], rules: { strictError: true }, source: 'resolv/res_send.c, RES_STRICTERR' },
];

/** The rules of one release; one between two known ones has those of the older. */
export function rulesOf(version: Version): GlibcRules {
  return rulesAt(version, OLDEST, CHANGES);
}
