import { linesOf } from '../c-text.ts';
import type { Remark } from '../sources.ts';
import type { GlibcRules } from './rules.ts';

/** enum nss_status: how a service's part of a lookup ended. */
export type Status = 'success' | 'notfound' | 'unavail' | 'tryagain';
type Action = 'return' | 'continue' | 'merge';

/** A service of the `hosts:` line, and what follows each end of it. */
export interface Service {
  name: string;
  actions: Readonly<Record<Status, Action>>;
}

/** `undefined` services: the line cannot be read and all lookups fail. */
export interface NsSwitch {
  services: readonly Service[] | undefined;
  remarks: readonly Remark[];
}

const DEFAULT_ACTIONS: Service['actions'] = {
  success: 'return',
  notfound: 'continue',
  unavail: 'continue',
  tryagain: 'continue',
};

/** The services for hosts by nsswitch.conf's text (undefined: no such file): nsswitch.conf(5). */
export function parseNsSwitch(text: string | undefined, rules: GlibcRules): NsSwitch {
  const remarks: Remark[] = [];
  const lines = linesOf(text ?? '').flatMap(({ number, text: line }) => {
    const content = rules.nsswitchStrict ? line : (line.split('#')[0] ?? '');
    const [, database, services] = /^[\t-\r ]*([^\t-\r :]+)[\t-\r :]+(.*)$/s.exec(content) ?? [];
    return database === 'hosts' ? [{ number, services: services ?? '' }] : [];
  });
  const used = lines.at(-1);
  const remark = (line: number, reason: string) =>
    remarks.push({
      file: 'nsswitch.conf',
      line,
      text: `hosts: ${lines.find((each) => each.number === line)?.services ?? ''}`,
      reason,
    });
  for (const { number } of lines)
    if (number !== used?.number) remark(number, `ignored: line ${used?.number} has hosts: again`);
  const parsed = parseServices(used?.services ?? '');
  if (parsed.broken && used)
    remark(
      used.number,
      rules.nsswitchStrict
        ? 'cannot be read: every lookup fails'
        : 'cannot be read from there on: the rest is ignored',
    );
  if (parsed.broken && rules.nsswitchStrict) return { services: undefined, remarks };
  const missing = parsed.services.length === 0 && !(used && rules.nsswitchStrict);
  return { services: missing ? parseServices(rules.nsswitchDefault).services : parsed.services, remarks };
}

/** `service [!STATUS=action]...`: nss/nss_action_parse.c. A service whose actions cannot be read is not taken. */
function parseServices(line: string): { services: Service[]; broken: boolean } {
  const services: Service[] = [];
  let rest = line.replace(/^[\t-\r ]+/, '');
  for (;;) {
    const [whole = '', name] = /^([^\t-\r []+)[\t-\r ]*/.exec(rest) ?? [];
    if (name === undefined) return { services, broken: false };
    rest = rest.slice(whole.length);
    let actions = DEFAULT_ACTIONS;
    if (rest.startsWith('[')) {
      const [brackets, inside] = /^\[[\t-\r ]*([^\]]*)\][\t-\r ]*/.exec(rest) ?? [];
      const read = inside === undefined ? undefined : parseActions(inside);
      if (!read || brackets === undefined) return { services, broken: true };
      actions = read;
      rest = rest.slice(brackets.length);
    }
    services.push({ name, actions });
  }
}

function parseActions(text: string): Service['actions'] | undefined {
  const actions = { ...DEFAULT_ACTIONS };
  const pattern =
    /(!?)(success|unavail|notfound|tryagain)[\t-\r ]*=[\t-\r ]*(return|continue|merge)(?![^\t-\r ])[\t-\r ]*/iy;
  do {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [, not, status, action] = match.map((each) => each.toLowerCase());
    for (const each of STATUSES)
      if ((each === status) !== (not === '!'))
        actions[each] = ACTIONS.find((known) => known === action) ?? 'continue';
  } while (pattern.lastIndex < text.length);
  return actions;
}

const STATUSES: readonly Status[] = ['success', 'notfound', 'unavail', 'tryagain'];
const ACTIONS: readonly Action[] = ['return', 'continue', 'merge'];
