import { DockerfileError } from './dockerfile-error.ts';

/** Value of a variable; undefined: the text does not tell. */
type Lookup = (name: string) => string | undefined;

/** Puts values of variables into a word, and takes its quotes off. */
export type Expand = (word: string, lookup: Lookup) => string;

/** Variables may double with every line, `ENV A=$A$A`: so many characters may come of all that are put in. */
const EXPANDED_LIMIT = 1 << 20;

/** Nesting of `${A:-${B:-…}}`. */
const DEPTH_LIMIT = 16;

/** Escape, single quotes, double quote, `${name`, `$name`, command substitutions, other text. */
const TOKEN = /\\([\s\S])|'([^']*)'|"|\$\{(\w+)|\$(\w+)|\$\(|`|[^\\'"$`]+|[\s\S]/y;

/**
 * Expands words as the shell and docker build do (https://docs.docker.com/reference/dockerfile/#environment-replacement):
 * `$A`, `${A}`, and with `:-`, `-`, `:+`, `+`. What the text does not tell stays as it is written, with its `$` or `` ` ``.
 */
export function expander(): Expand {
  let left = EXPANDED_LIMIT;
  const charged = (value: string) => {
    left -= value.length;
    if (left >= 0) return value;
    throw new DockerfileError(
      'TOO_LARGE',
      `variables make it longer by more than ${EXPANDED_LIMIT} characters`,
    );
  };

  function expand(word: string, lookup: Lookup, depth: number): string {
    let out = '';
    let isQuoted = false;
    let at = 0;
    while (at < word.length) {
      TOKEN.lastIndex = at;
      const [token = '', escaped, single, braced, plain] = TOKEN.exec(word) ?? [];
      let end = at + token.length;
      if (escaped !== undefined) out += unescaped(escaped, isQuoted);
      else if (single !== undefined && !isQuoted) out += single;
      else if (single !== undefined) {
        out += "'";
        end = at + 1;
      } else if (token === '"') isQuoted = !isQuoted;
      else if (plain !== undefined) out += charged(lookup(plain) ?? token);
      else if (braced !== undefined) {
        end = closed(word, at + 1, '{', '}');
        out += charged(
          braces(braced, word.slice(at + token.length, end - 1), lookup, depth) ?? word.slice(at, end),
        );
      } else {
        if (token === '$(') end = closed(word, at + 1, '(', ')');
        if (token === '`') end = word.indexOf('`', at + 1) + 1 || word.length;
        out += word.slice(at, end);
      }
      at = end;
    }
    return out;
  }

  function braces(name: string, operation: string, lookup: Lookup, depth: number): string | undefined {
    const value = lookup(name);
    if (operation === '') return value;
    const [, operator, other = ''] = /^(:?[-+])([\s\S]*)$/.exec(operation) ?? [];
    if (!operator || depth >= DEPTH_LIMIT) return undefined;
    const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
    if (operator.endsWith('+')) return isSet ? expand(other, lookup, depth + 1) : undefined;
    return isSet ? value : expand(other, lookup, depth + 1);
  }

  return (word, lookup) => expand(word, lookup, 0);
}

/** Whether a value is one that only the build knows: something in it could not be expanded. */
export function isOpen(value: string): boolean {
  return /[$`]/.test(value);
}

/** POSIX XCU 2.2.1 and 2.2.3: before a newline it joins lines; within double quotes it escapes five characters alone. */
function unescaped(character: string, isQuoted: boolean): string {
  if (character === '\n') return '';
  return isQuoted && !'"$`\\'.includes(character) ? `\\${character}` : character;
}

/** Position behind the bracket that closes the one at `from`; the end where none does. */
function closed(word: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < word.length; at++) {
    if (word[at] === open) depth++;
    else if (word[at] === close && --depth === 0) return at + 1;
  }
  return word.length;
}
