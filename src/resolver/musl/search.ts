import type { Steps } from '../model.ts';
import { type Asked, type Asking, askDns } from './candidate.ts';

/** `canon[256]`: name, dot, search domain and NUL. */
const CANDIDATE_BYTES = 256;

/** Asks DNS for a name, with the search list where that is to be used (lookup_name.c, name_from_dns_search). */
export function* searchDns(name: string, asking: Asking): Steps<Asked> {
  const { conf, rules, surroundings } = asking;
  const { because } = surroundings;
  if (!rules.searches) return yield* askDns(name, asking);
  const dotted = name.endsWith('.');
  const base = dotted ? name.slice(0, -1) : name;
  if (base === '' || base.endsWith('.')) {
    because('nothing before the last dot: no such name, without a query');
    return { eai: 'EAI_NONAME' };
  }
  const dots = name.split('.').length - 1;
  const search = dotted || dots >= conf.ndots ? [] : conf.search;
  if (search.length === 0 && conf.search.length > 0) {
    because(
      dotted
        ? `${name} ends in a dot: only as it is`
        : `${dots} dots, ndots:${conf.ndots}: only as it is, musl does not come back to the search list`,
    );
  }
  for (const domain of search) {
    if (domain.length >= CANDIDATE_BYTES - base.length - 1) {
      because(`${base}.${domain} would be longer than ${CANDIDATE_BYTES - 1} bytes: passed over`);
      continue;
    }
    const asked = yield* askDns(`${base}.${domain}`, asking);
    if (asked !== 'no-such-name') return asked;
  }
  return yield* askDns(name, asking);
}
