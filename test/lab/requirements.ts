/** What the lab needs of the machine, and what to do where it is not there. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UNSHARE } from './namespace.ts';

const commands = ['go', 'gcc', 'musl-gcc', 'busybox', 'ip', 'unshare', 'nsenter', 'prlimit', 'flock'];

/** What is missing, each with its cure; empty where the lab can run. */
export function missingRequirements(): string[] {
  const absent = commands.filter((command) => !works('sh', '-c', `command -v ${command}`));
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
