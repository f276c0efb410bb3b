/** /etc/nsswitch.conf as Go reads it. Source: net/nss.go, parseNSSConf; the same rules from Go 1.5 to 1.27. */
import { fileLines, trimSpace } from './config-file.ts';

/** `[!UNAVAIL=return]`, status and action in lower case. */
interface NssCriterion {
  negate: boolean;
  status: string;
  action: string;
}

/** A source of a database, in the order of the file. */
export interface NssSource {
  /** As written; Go tells sources apart by blanks only, so a tab may be inside: `files\tdns` is one source. */
  source: string;
  criteria: NssCriterion[];
  /** The line it stands in, from 1, and that line's text. */
  line: number;
  text: string;
}

/** What one database (`hosts`) has, and where Go gave the file up. */
export interface NssDatabase {
  sources: NssSource[];
  /** Go stops at a line it cannot read, and then trusts nothing of the file. */
  broken?: { line: number; text: string; reason: string };
}

/**
 * The sources of a database, as Go reads them: `#` begins a comment anywhere, a second line of the same database goes
 * on with the first, keys and sources are case-sensitive, and only blanks separate.
 *
 * @example parseNsswitch('hosts: files [NOTFOUND=return] dns').sources.map(({ source }) => source) // ['files', 'dns']
 */
export function parseNsswitch(text: string, database = 'hosts'): NssDatabase {
  const sources: NssSource[] = [];
  for (const { number, text: whole } of fileLines(text)) {
    const written = trimSpace(whole.split('#', 1)[0] ?? '');
    if (written === '') continue;
    const colon = written.indexOf(':');
    const found = colon < 0 ? 'a line without a colon' : parseSources(written.slice(colon + 1));
    if (typeof found === 'string') {
      return { sources, broken: { line: number, text: trimSpace(whole), reason: found } };
    }
    if (trimSpace(written.slice(0, colon)) !== database) continue;
    sources.push(...found.map((each) => ({ ...each, line: number, text: trimSpace(whole) })));
  }
  return { sources };
}

type Entry = Pick<NssSource, 'source' | 'criteria'>;

/** The sources behind the colon, or what is wrong with them. */
function parseSources(text: string): Entry[] | string {
  const entries: Entry[] = [];
  let rest = trimSpace(text);
  while (rest !== '') {
    const [source, behind] = cut(rest, ' ');
    rest = trimSpace(behind);
    let criteria: NssCriterion[] = [];
    if (rest.startsWith('[')) {
      const end = rest.indexOf(']');
      if (end < 0) return 'a [ that is not closed';
      const block = rest.slice(1, end);
      const parsed = parseCriteria(block);
      if (typeof parsed === 'string') return parsed;
      criteria = parsed;
      rest = trimSpace(rest.slice(end + 1));
    }
    entries.push({ source, criteria });
  }
  return entries;
}

/** net/nss.go, parseCriteria: `notfound=return !unavail=continue`. */
function parseCriteria(block: string): NssCriterion[] | string {
  const criteria: NssCriterion[] = [];
  const fields = block
    .split(' ')
    .map(trimSpace)
    .filter((field) => field !== '');
  for (const field of fields) {
    const negate = field.startsWith('!');
    const condition = negate ? field.slice(1) : field;
    if (condition.length < 3 || !condition.includes('=')) return `[${block}]: no STATUS=ACTION`;
    const [status, action] = cut(lowerAscii(condition), '=');
    criteria.push({ negate, status, action });
  }
  return criteria;
}

/** What lets a lookup go on without a criterion saying so (nsswitch.conf(5)). */
const DEFAULT_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['success', 'return'],
  ['notfound', 'continue'],
  ['unavail', 'continue'],
  ['tryagain', 'continue'],
]);

/**
 * Whether the criteria of a source change nothing, as Go sees it. It takes any `=return` that stands last for harmless
 * (net/nss.go, standardStatusAction), so `files [NOTFOUND=return] dns` is plain `files dns` to Go, not to a libc.
 */
export function standardCriteria({ criteria }: NssSource): boolean {
  return criteria.every(({ negate, status, action }, index) => {
    const standard = DEFAULT_ACTIONS.get(status);
    if (negate || standard === undefined) return false;
    return action === standard || (action === 'return' && index === criteria.length - 1);
  });
}

/** The text before the first separator, and behind it. */
function cut(text: string, separator: string): [before: string, behind: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Bytes beyond ASCII keep their value, unlike with toLowerCase. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
