import { posix } from 'node:path';
import type { At, GoBuild } from './dockerfile-facts.ts';
import type { Expand } from './expand.ts';
import { goBuild, isGoCommand } from './go-command.ts';
import { packagesOf } from './package-command.ts';
import { type ScriptCommand, visitScript } from './script.ts';
import {
  fields,
  type Invocation,
  invocationOf,
  isBuildScript,
  quotedScript,
  writtenBy,
} from './shell-words.ts';

/** What the shell of RUN starts with, and where it puts what its commands do. */
export interface ShellHost {
  /** ENV, and ARG: docker build hands both to the shell. */
  variable(name: string): At<string> | undefined;
  directory: string;
  expand: Expand;
  builds: GoBuild[];
  packages: At<string>[];
  scripts: At<string>[];
  writes: At<string>[];
  /** What `go env -w` has set: the environment wins over it. */
  goEnv: Map<string, At<string>>;
}

/** Nesting of `sh -c`, and of here-documents that a shell reads. */
const SHELL_DEPTH = 4;
const SHELLS = /^(?:ba|da|a|z|k)?sh$/;

/** Goes over a script of RUN as a shell would, and notes what it builds and installs; false: not all can be read. */
export function runShell(script: string, line: number, host: ShellHost): boolean {
  return new Shell(host).run(script, line, 0);
}

class Shell {
  readonly #host: ShellHost;
  #directory: string;
  /** undefined: unset, or set by a branch that may not have run. */
  #variables = new Map<string, At<string> | undefined>();
  #exported = new Set<string>();
  #isReadable = true;

  constructor(host: ShellHost) {
    this.#host = host;
    this.#directory = host.directory;
  }

  run(script: string, line: number, depth: number): boolean {
    const isWhole = visitScript(script, line, {
      command: (command) => this.#command(command, depth),
      subshell: (inner) => this.#apart(inner),
    });
    this.#isReadable &&= isWhole;
    return this.#isReadable;
  }

  /** Runs what changes neither directory nor variables of this shell. */
  #apart(inner: () => void): void {
    const [directory, variables, exported] = [this.#directory, this.#variables, this.#exported];
    this.#variables = new Map(variables);
    this.#exported = new Set(exported);
    inner();
    [this.#directory, this.#variables, this.#exported] = [directory, variables, exported];
  }

  #variable(name: string): At<string> | undefined {
    return this.#variables.has(name) ? this.#variables.get(name) : this.#host.variable(name);
  }

  readonly #expand = (word: string): string => this.#host.expand(word, (name) => this.#variable(name)?.value);

  #path(path: string): string {
    return posix.resolve(this.#directory, path) + (/[^/]\/$/.test(path) ? '/' : '');
  }

  #command(command: ScriptCommand, depth: number): void {
    const { line, isConditional, input } = command;
    const { packages, scripts, writes } = this.#host;
    const assigned = new Map<string, At<string>>();
    for (const { name, value } of command.assignments)
      assigned.set(name, { value: this.#expand(value), line });
    for (const output of command.outputs) {
      writes.push({ value: this.#path(this.#expand(output.value)), line: output.line });
    }
    const invocation = invocationOf(
      command.words.flatMap((word) => fields(word, this.#expand)),
      assigned,
    );
    if (!invocation) {
      for (const [name, value] of assigned) this.#variables.set(name, isConditional ? undefined : value);
      // `RUN <<EOF` has nothing but a here-document: BuildKit makes it the script.
      if (input && command.words.length === 0) this.#nested(input, depth);
      return;
    }
    const { program, args } = invocation;
    const name = posix.basename(program.value);
    if (isGoCommand(program.value)) this.#go(invocation, assigned);
    else if (SHELLS.test(name)) this.#shell(invocation, command, depth, assigned);
    else if (isBuildScript(program.value)) scripts.push(program);
    else if (name === 'cd') this.#directory = this.#path(args[0]?.value ?? '/root');
    else if (name === 'export') this.#export(args, isConditional);
    else if (name === 'unset') for (const arg of args) this.#variables.set(arg.value, undefined);
    else packages.push(...packagesOf(program.value, args));
    for (const path of writtenBy(
      name,
      args.map(({ value }) => value),
    )) {
      writes.push({ value: this.#path(path), line: program.line });
    }
  }

  #export(args: readonly At<string>[], isConditional: boolean): void {
    for (const { value: arg, line } of args) {
      const [, name = arg, value] = /^(\w+)=([\s\S]*)$/.exec(arg) ?? [];
      this.#exported.add(name);
      if (value !== undefined) this.#variables.set(name, isConditional ? undefined : { value, line });
    }
  }

  /** `sh -c '…'`, `bash build.sh`, `sh <<EOF`. */
  #shell(
    { program, args }: Invocation,
    { words, input }: ScriptCommand,
    depth: number,
    assigned: ReadonlyMap<string, At<string>>,
  ): void {
    const option = words.findIndex(({ value }) => /^['"]?-\w*c['"]?$/.test(value));
    const script = option < 0 ? undefined : words[option + 1];
    const file = args.find(({ value }) => !value.startsWith('-'));
    if (script) {
      this.#nested({ value: quotedScript(script.value, this.#expand), line: script.line }, depth, assigned);
    } else if (file) this.#host.scripts.push({ value: file.value, line: program.line });
    else if (input) this.#nested(input, depth, assigned);
  }

  #nested({ value, line }: At<string>, depth: number, assigned?: ReadonlyMap<string, At<string>>): void {
    if (depth >= SHELL_DEPTH) this.#isReadable = false;
    else {
      this.#apart(() => {
        for (const [name, set] of assigned ?? []) {
          this.#variables.set(name, set);
          this.#exported.add(name);
        }
        this.run(value, line, depth + 1);
      });
    }
  }

  #go({ program, args }: Invocation, assigned: ReadonlyMap<string, At<string>>): void {
    const { goEnv, builds } = this.#host;
    const words = args.map(({ value }) => value);
    const at = words.findIndex((word) => !word.startsWith('-'));
    const [verb, ...rest] = words.slice(at);
    if (verb === 'env' && rest.includes('-w')) {
      for (const word of rest) {
        const [, name, value = ''] = /^(\w+)=([\s\S]*)$/.exec(word) ?? [];
        if (name !== undefined) goEnv.set(name, { value, line: program.line });
      }
    }
    if (verb !== 'build' && verb !== 'install') return;
    // Go sees what is exported; what docker build hands over is.
    const env = (name: string): At<string> | undefined => {
      const isSeen = this.#exported.has(name) || this.#host.variable(name) !== undefined;
      return assigned.get(name) ?? (isSeen ? this.#variable(name) : undefined) ?? goEnv.get(name);
    };
    builds.push(
      goBuild({
        program: program.value,
        line: program.line,
        verb,
        args: rest,
        env,
        directory: this.#directory,
      }),
    );
  }
}
