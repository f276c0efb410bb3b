/** Splits at blanks; trailing blanks give no entry, a leading one an empty entry, as in res_vinit_1. */
export function domainsOf(text: string): string[] {
  const [first = '', ...rest] = text.split(/[ \t]+/);
  return [first, ...rest.filter((each) => each !== '')];
}

/** struct __res_state: bytes of defdname, entries of dnsrch, bytes of dnsrch. */
const OLD_LIST = { bytes: 256, entries: 6, compared: 56 };

/**
 * The search list is copied into an old structure as far as it fits, and both are compared (resolv/resolv_conf.c,
 * resolv_conf_matches). Where the first that does not fit is among the first six entries, a list is taken for cut, and
 * so for equal, only if the entries before it are longer than 56 bytes.
 *
 * @returns how many entries fit where both differ, undefined where they agree
 */
export function differsAfter(search: readonly string[]): number | undefined {
  let bytes = 0;
  for (const [at, domain] of search.slice(0, OLD_LIST.entries).entries()) {
    if (bytes + domain.length + 1 > OLD_LIST.bytes) return bytes <= OLD_LIST.compared ? at : undefined;
    bytes += domain.length + 1;
  }
  return undefined;
}
