import { GoFileError } from './go-file-error.ts';
import type { GoMod } from './go-mod.ts';
import { type GoModLine, type GoModWord, goModLines } from './go-mod-lines.ts';

/** golang.org/x/mod/zip, MaxGoMod: the go command takes no larger one. */
const GO_MOD_LIMIT = 16 * 1024 * 1024;

/**
 * What a go.mod says, by the grammar of golang.org/x/mod/modfile (Go 1.27). Directives it does not know are passed
 * over, since each new release may bring one.
 *
 * @throws GoFileError with the line at which the go command would stop too
 */
export function parseGoMod(text: string): GoMod {
  if (text.length > GO_MOD_LIMIT) throw new GoFileError('go.mod', 1, 'larger than 16 MiB');
  const read: Reading = { requires: [], replaces: [], godebug: new Map() };
  for (const line of goModLines(text)) DIRECTIVES.get(line.verb)?.(line, read);
  if (read.module === undefined) throw new GoFileError('go.mod', 1, 'no module directive');
  return read;
}

/** A GoMod while it is being read. */
interface Reading extends GoMod {
  requires: GoMod['requires'][number][];
  replaces: GoMod['replaces'][number][];
  godebug: Map<string, { value: string; line: number }>;
}

/** modfile/rule.go, File.add. What excludes, retracts, tools and ignored directories say changes no build. */
const DIRECTIVES: ReadonlyMap<string, (line: GoModLine, read: Reading) => void> = new Map([
  ['module', addModule],
  ['go', addGo],
  ['toolchain', addToolchain],
  ['godebug', addGodebug],
  ['require', addRequire],
  ['replace', addReplace],
]);

function addModule(line: GoModLine, read: Reading): void {
  if (read.module !== undefined) fail(line, 'a second module directive');
  read.module = plain(line, onlyWord(line, 'module module/path'));
}

/** modfile/rule.go, GoVersionRE. */
const GO_VERSION = /^[1-9][0-9]*\.(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?(?:[a-z]+[0-9]+)?$/;

function addGo(line: GoModLine, read: Reading): void {
  if (read.go) fail(line, 'a second go directive');
  const { text } = onlyWord(line, 'go 1.24');
  if (!GO_VERSION.test(text)) fail(line, `go ${text}: not a Go version such as 1.24 or 1.24.4`);
  read.go = { version: text, line: line.number };
}

function addToolchain(line: GoModLine, read: Reading): void {
  if (read.toolchain !== undefined) fail(line, 'a second toolchain directive');
  read.toolchain = onlyWord(line, 'toolchain go1.24.4').text;
}

function addGodebug(line: GoModLine, read: Reading): void {
  const { text } = onlyWord(line, 'godebug key=value');
  const equals = text.indexOf('=');
  if (equals < 0 || /["`',]/.test(text)) fail(line, 'not of the form: godebug key=value');
  read.godebug.set(text.slice(0, equals), { value: text.slice(equals + 1), line: line.number });
}

function addRequire(line: GoModLine, read: Reading): void {
  const [path, version, ...more] = line.words;
  if (!path || !version || more.length > 0) fail(line, 'not of the form: require module/path v1.2.3');
  read.requires.push({
    path: plain(line, path),
    version: plain(line, version),
    line: line.number,
    indirect: isIndirect(line.comment),
  });
}

/** modfile/rule.go, isIndirect: `// indirect` and `// indirect; other words`. */
function isIndirect(comment: string | undefined): boolean {
  return comment !== undefined && /^\s*indirect(?:\s*$|;\s+\S)/.test(comment);
}

function addReplace(line: GoModLine, read: Reading): void {
  const arrow = line.words.findIndex(({ text }) => text === '=>');
  const old = line.words.slice(0, Math.max(0, arrow));
  const [by, version, ...more] = line.words.slice(arrow + 1);
  const [path] = old;
  if (!path || old.length > 2 || !by || more.length > 0) {
    fail(line, 'not of the form: replace module/path [v1.2.3] => other/module v1.4.0, or => ../directory');
  }
  const replaced = plain(line, path);
  const other = plain(line, by);
  if (!version && !isDirectory(other))
    fail(line, `${other}: neither a version follows nor is it a directory`);
  // The same module in another version, as a pin or for an old vulnerability, is no other module.
  if (other !== replaced) read.replaces.push({ path: replaced, by: other, line: line.number });
}

/** Whether a module is replaced by a directory: modfile/rule.go, IsDirectoryPath. */
export function isDirectory(path: string): boolean {
  return /^(?:\.{0,2}[/\\]|[A-Za-z]:)/.test(path) || path === '.' || path === '..';
}

function onlyWord(line: GoModLine, form: string): GoModWord {
  const [word, ...more] = line.words;
  if (!word || more.length > 0) fail(line, `not of the form: ${form}`);
  return word;
}

/** modfile/rule.go, parseString: quotes stand around the whole or nowhere; no mark is a path or a version. */
function plain(line: GoModLine, word: GoModWord): string {
  if (!word.quoted && /["'`]|^[()[\]{},]$/.test(word.text)) fail(line, `${word.text} may not stand here`);
  return word.text;
}

function fail(line: GoModLine, what: string): never {
  throw new GoFileError('go.mod', line.number, what);
}
