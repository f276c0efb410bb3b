import type { Instruction } from 'dockerfile-ast';
import type { At, Copy, GoBuild, Stage } from './dockerfile-facts.ts';
import type { Expand } from './expand.ts';
import type { ShellHost } from './shell.ts';

/** ARGs that docker build sets itself once they are named: "Automatic platform ARGs in the global scope". */
const PLATFORM_ARGS = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/;

/** ENV of the golang images that paths are made of. */
const GOLANG_ENV: ReadonlyMap<string, string> = new Map([['GOPATH', '/go']]);

/** Variables that FROM may use: ARGs before the first stage, and the platform's. */
export type GlobalArgs = Map<string, At<string> | undefined>;

/** The value of a variable of FROM. */
export function globalArg(args: GlobalArgs, name: string): string | undefined {
  return args.get(name)?.value ?? (PLATFORM_ARGS.test(name) ? `$${name}` : undefined);
}

/** A stage that is being read. */
export class StageDraft implements ShellHost {
  readonly expand: Expand;
  directory: string;
  readonly builds: GoBuild[] = [];
  readonly packages: At<string>[] = [];
  readonly scripts: At<string>[] = [];
  readonly writes: At<string>[] = [];
  readonly copies: Copy[] = [];
  readonly goEnv: Map<string, At<string>>;
  readonly #env: Map<string, At<string>>;
  readonly #args = new Map<string, At<string> | undefined>();
  readonly #base: ReadonlyMap<string, string>;
  readonly #globals: GlobalArgs;
  readonly head: Pick<Stage, 'line' | 'name' | 'image' | 'platform' | 'from'>;
  /** Whether RUN is a script of a POSIX shell: SHELL may name another one. */
  isPosix = true;
  user: At<string> | undefined;
  /** ONBUILD: what is done in stages built on this one. */
  readonly triggers: Instruction[] = [];
  entrypoint: At<string> | undefined;
  cmd: At<string> | undefined;

  constructor(head: StageDraft['head'], expand: Expand, globals: GlobalArgs, parent?: StageDraft) {
    this.head = head;
    this.expand = expand;
    this.#globals = globals;
    this.#base = parent ? parent.#base : /(?:^|\/)golang(?:$|[:@])/.test(head.image) ? GOLANG_ENV : new Map();
    this.#env = new Map(parent ? parent.#env : []);
    this.goEnv = new Map(parent?.goEnv);
    this.directory = parent?.directory ?? this.#base.get('GOPATH') ?? '/';
    this.isPosix = parent?.isPosix ?? true;
    this.user = parent?.user;
    this.entrypoint = parent?.entrypoint;
    this.cmd = parent?.cmd;
  }

  /** ENV wins over ARG: https://docs.docker.com/reference/dockerfile/#using-arg-variables. */
  variable(name: string): At<string> | undefined {
    const base = this.#base.get(name);
    return (
      this.#env.get(name) ??
      this.#args.get(name) ??
      (base === undefined ? undefined : { value: base, line: this.head.line })
    );
  }

  value(word: string): string {
    return this.expand(word, (name) => this.variable(name)?.value);
  }

  setEnv(values: ReadonlyMap<string, At<string>>): void {
    for (const [name, value] of values) this.#env.set(name, value);
  }

  /** ARG: without a default it takes that of before the first FROM. */
  setArg(name: string, written: string | null, line: number): void {
    const inherited = globalArg(this.#globals, name);
    const value = written === null ? inherited : this.value(written);
    this.#args.set(name, value === undefined ? undefined : { value, line });
  }

  stage(): Stage {
    const program = this.entrypoint ?? this.cmd;
    const { builds, packages, scripts, writes, copies, user } = this;
    return {
      ...this.head,
      builds,
      packages,
      scripts,
      writes,
      env: this.#env,
      copies,
      ...(user && { user }),
      ...(program && { program }),
    };
  }
}
