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
const INSTALLERS: ReadonlyMap<string, Installer> = new Map([
  ['apk', { verb: 'add', withWord: /^(?:-t|--virtual|-X|--repository|-p|--root|--arch|--keys-dir|--wait)$/ }],
  ['apt-get', APT],
  ['apt', APT],
  ['aptitude', APT],
  ['dnf', DNF],
  ['microdnf', DNF],
  ['tdnf', DNF],
  ['yum', DNF],
]);

/**
 * Names of the packages that a command installs, without versions; undefined where it installs none.
 *
 * @example packagesOf(['apk', 'add', '--no-cache', 'gcc', 'musl-dev=1.2.5-r0']) // ['gcc', 'musl-dev']
 */
export function packagesOf([program = '', ...args]: readonly string[]): string[] | undefined {
  const installer = INSTALLERS.get(program.slice(program.lastIndexOf('/') + 1));
  if (!installer) return undefined;
  const words: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (installer.withWord.test(arg)) at++;
    else if (!arg.startsWith('-')) words.push(arg);
  }
  const [verb = '', ...packages] = words;
  // A leading `!` (apk) and an ending `-` (apt-get) take a package away; libstdc++ and g++ end in plus signs.
  return verb === installer.verb
    ? packages.filter((word) => !/^!|-$/.test(word)).map((word) => word.replace(/(?<=.)[=<>~@:/].*$/s, ''))
    : undefined;
}
