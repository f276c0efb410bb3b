import { lowerAscii } from '../../dns/wire.ts';
import { linesOf } from '../c-text.ts';
import type { Sources } from '../sources.ts';

/** What the file that HOSTALIASES names has for a name without dots: resolv/res_context_hostalias.c. */
export function hostAlias({ environment, hostAliases }: Sources, name: string): string | undefined {
  if (environment.HOSTALIASES === undefined || hostAliases.state !== 'ok') return undefined;
  for (const { text } of linesOf(hostAliases.text)) {
    // Every line of fgets ends with a newline: an empty one is an alias of no name, as a line of blanks is.
    const [, alias = '', target] = /^([^\t-\r ]*)[\t-\r ]+([^\t-\r ]+)?/.exec(`${text}\n`) ?? [];
    if (lowerAscii(alias) === lowerAscii(name)) return target;
  }
  return undefined;
}
