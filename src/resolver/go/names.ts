import { lowerAscii, MAX_LABEL_BYTES } from '../../dns/wire.ts';
import { isDomainName } from '../../golang/domain-name.ts';
import type { GoResolvConf } from './resolv-conf.ts';
import type { GoRules } from './rules.ts';

/** Whether a name may be asked at all (net/dnsclient.go, isDomainName). */
export function mayBeAsked(name: string, { asksRoot }: GoRules): boolean {
  return name === '.' ? asksRoot : isDomainName(name);
}

/** net/dnsclient.go, isDomainName: with its last dot. */
const LONGEST = 254;

/** The names to ask one after the other, each with its last dot (net/dnsclient_unix.go, nameList). */
export function candidates(name: string, { ndots, search }: GoResolvConf, rules: GoRules): string[] {
  const rooted = name.endsWith('.');
  if (name.length > LONGEST || (name.length === LONGEST && !(rooted && rules.longestRooted === 'asked')))
    return [];
  if (rules.onion === 'never' && isOnion(name)) return [];
  if (rooted) return isOnion(name) ? [] : [name];
  const whole = `${name}.`;
  const suffixed = search.map((suffix) => whole + suffix).filter((each) => each.length <= LONGEST);
  const wholeFirst = name.split('.').length - 1 >= ndots;
  const all = wholeFirst ? [whole, ...suffixed] : [...suffixed, whole];
  return rules.onion === 'never' ? all : all.filter((each) => !isOnion(each));
}

/** RFC 7686; net/dnsclient_unix.go, avoidDNS. */
function isOnion(name: string): boolean {
  return lowerAscii(name.replace(/\.$/, '')).endsWith('.onion');
}

/** Labels of a name with its last dot, or undefined for one that makes no message (dnsmessage, Name.pack). */
export function labelsOf(name: string): string[] | undefined {
  if (name === '.') return [];
  const labels = name.slice(0, -1).split('.');
  return labels.every((label) => label.length > 0 && label.length <= MAX_LABEL_BYTES) ? labels : undefined;
}
