/** What the lab needs of the machine, and what to do where it is not there. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe } from 'vitest';
import { UNSHARE } from './namespace.ts';

const commands = [
  'go',
  'gcc',
  'musl-gcc',
  'busybox',
  'ip',
  'unshare',
  'nsenter',
  'setpriv',
  'prlimit',
  'flock',
];

/**
 * `describe` for tests that need the lab: skipped where the machine cannot run it, and then they say so; in CI they fail.
 *
 * @param more commands that these tests need beside the usual ones
 * @param lacking what else is missing, in words; empty where nothing is
 */
export function describeInLab(
  name: string,
  body: () => void,
  more: readonly string[] = [],
  lacking: readonly string[] = [],
): void {
  const missing = [...missingRequirements(more), ...lacking];
  const why = `the lab needs ${missing.join(', and ')}`;
  const skipped = missing.length > 0 && !process.env.CI;
  if (skipped) process.stderr.write(`\nSKIPPED: lab tests "${name}": ${why}\n`);
  describe.skipIf(skipped)(name, () => {
    beforeAll(() => {
      if (missing.length > 0) throw new Error(why);
    });
    body();
  });
}

/** What is missing, each with its cure; empty where the lab can run. */
export function missingRequirements(more: readonly string[] = []): string[] {
  const absent = [...commands, ...more].filter((command) => !works('sh', '-c', `command -v ${command}`));
  const needs: string[] = [];
  if (absent.length > 0) needs.push(`${absent.join(', ')} (apt-get install ${packages()})`);
  if (!absent.includes('unshare') && !works(...UNSHARE, 'true')) {
    needs.push('the right to make network namespaces (be root, or allow unprivileged user namespaces)');
  }
  return needs;
}

function packages(): string {
  const list = readFileSync(fileURLToPath(new URL('packages.txt', import.meta.url)), 'utf8');
  return list.trim().split('\n').join(' ');
}

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
