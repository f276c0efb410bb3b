import { ProcfsError } from './procfs-error.ts';
import { wholeNumber } from './sysctl.ts';

/**
 * The counters of one protocol in net/snmp or net/netstat: a line of names and a line of values, both begun by the
 * protocol (net/ipv4/proc.c, snmp_seq_show and netstat_seq_show). Which names there are depends on the kernel.
 *
 * @returns undefined where the file does not have the protocol
 * @throws ProcfsError
 */
export function countersOf(text: string, protocol: string, file: string): Map<string, number> | undefined {
  const [names, values] = text.split('\n').filter((line) => line.startsWith(`${protocol}: `));
  if (names === undefined) return undefined;
  const words = wordsOf(names);
  const numbers = wordsOf(values ?? '');
  if (words.length !== numbers.length)
    throw new ProcfsError(file, `${words.length} names and ${numbers.length} values of ${protocol}`);
  return new Map(words.map((name, at) => [name, wholeNumber(numbers[at], file)]));
}

function wordsOf(line: string): string[] {
  return line.trim().split(/ +/).slice(1);
}
