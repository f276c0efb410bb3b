import { posix } from 'node:path';
import type { At } from './dockerfile-facts.ts';

interface Installer {
  verb: string;
  /** Options that take the word behind them. */
  withWord: RegExp;
}

const APT: Installer = {
  verb: 'install',
  withWord: /^(?:-t|--target-release|--default-release|-o|--option|-c)$/,
};
const DNF: Installer = {
  verb: 'install',
  withWord: /^(?:--enablerepo|--disablerepo|--repo|--releasever|--installroot|-c|-x)$/,
};
const APK: Installer = {
  verb: 'add',
  withWord: /^(?:-t|--virtual|-X|--repository|-p|--root|--arch|--keys-dir|--wait)$/,
};
/** Those that begin with xx are tonistiigi/xx's, for the platform that is built for. */
const INSTALLERS: ReadonlyMap<string, Installer> = new Map([
  ['apk', APK],
  ['xx-apk', APK],
  ['xx-apt', APT],
  ['xx-apt-get', APT],
  ['apt-get', APT],
  ['apt', APT],
  ['aptitude', APT],
  ['dnf', DNF],
  ['microdnf', DNF],
  ['tdnf', DNF],
  ['yum', DNF],
]);

/**
 * Packages that a command installs, without their versions; none where it installs none.
 *
 * @example `apk add --no-cache gcc musl-dev=1.2.5-r0` // gcc, musl-dev
 */
export function packagesOf(program: string, args: readonly At<string>[]): At<string>[] {
  const installer = INSTALLERS.get(posix.basename(program));
  if (!installer) return [];
  const words: At<string>[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (!arg) break;
    if (installer.withWord.test(arg.value)) at++;
    else if (!arg.value.startsWith('-')) words.push(arg);
  }
  const [verb, ...packages] = words;
  if (verb?.value !== installer.verb) return [];
  // A leading `!` (apk) and an ending `-` (apt-get) take a package away; libstdc++ and g++ end in plus signs.
  return packages
    .filter(({ value }) => !/^!|-$/.test(value))
    .map(({ value, line }) => ({ value: value.replace(/(?<=.)[=<>~@:/].*$/s, ''), line }));
}
