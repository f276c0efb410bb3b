import type { BuildInfo, Module } from './build-info.ts';
import { unquotePrefix } from './unquote.ts';

/** strconv.quoteKey and quoteValue of runtime/debug: what holds these is quoted. */
const KEY_IS_QUOTED = /[= \t\r\n"`]/;
const VALUE_IS_QUOTED = /[ \t\r\n"`]/;

/**
 * Parses what Go's linker tells of modules and of the build: runtime/debug, ParseBuildInfo. A line that it would
 * reject is passed over, as is one that is of neither.
 */
export function parseModuleInfo(text: string): Omit<BuildInfo, 'goVersion'> {
  let path: string | undefined;
  let main: Module | undefined;
  const deps: Module[] = [];
  const settings = new Map<string, string>();
  /** Of the line before, where a module was in it. */
  let last: Module | undefined;
  // What follows the last line is the rest of a line that was cut off.
  for (const line of text.split('\n').slice(0, -1)) {
    const [word = '', ...columns] = line.split('\t');
    const module = moduleOf(columns);
    if (word === 'path') {
      path = columns.join('\t');
    } else if (word === 'mod') {
      main = module;
      last = main;
    } else if (word === 'dep') {
      if (module) deps.push(module);
      last = module;
    } else if (word === '=>') {
      if (last && module) last.replacedBy = module;
      last = undefined;
    } else if (word === 'build') {
      const setting = settingOf(columns.join('\t'));
      if (setting) settings.set(setting.key, setting.value);
    }
  }
  return { ...(path !== undefined && { path }), ...(main && { main }), deps, settings };
}

/** Path, version and a checksum; what replaces a module by a directory has the latter two empty. */
function moduleOf(columns: readonly string[]): Module | undefined {
  const [path, version] = columns;
  if (path === undefined || version === undefined || columns.length > 3) return undefined;
  return { path, version };
}

/** `-tags=netgo`, `-ldflags="-s -w"`. */
function settingOf(text: string): { key: string; value: string } | undefined {
  const quoted = unquotePrefix(text);
  const equals = text.indexOf('=');
  const [key, rest] = quoted ? [quoted.value, quoted.rest] : [text.slice(0, equals), text.slice(equals)];
  if (!rest.startsWith('=')) return undefined;
  if (!quoted && (key === '' || KEY_IS_QUOTED.test(key))) return undefined;
  const value = settingValue(rest.slice(1));
  return value === undefined ? undefined : { key, value };
}

function settingValue(text: string): string | undefined {
  if (!VALUE_IS_QUOTED.test(text)) return text;
  const quoted = unquotePrefix(text);
  return quoted?.rest === '' ? quoted.value : undefined;
}
