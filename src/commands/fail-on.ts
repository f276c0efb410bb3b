import { SEVERITIES, type Severity } from '../diagnose/finding.ts';
import { rank } from '../diagnose/status.ts';
import { UsageError } from './command.ts';

/** The value of --fail-on. @throws UsageError that says which there are */
export function parseFailOn(value = 'critical'): Severity {
  return oneOf('--fail-on', value, SEVERITIES);
}

/** The exit status: 1 where anything that was found is as severe as `failOn`, or more. */
export function statusFor(found: readonly { severity: Severity }[], failOn: Severity): 0 | 1 {
  return found.some(({ severity }) => rank(severity) >= rank(failOn)) ? 1 : 0;
}

/** An option's value among those it takes. @throws UsageError that says which these are */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new UsageError(`${option} is ${JSON.stringify(value)}; it takes ${allowed.join(', ')}`);
  return found;
}
