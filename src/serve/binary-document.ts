import type { BinaryFacts } from '../binary/binary-facts.ts';
import { tagsIn } from '../golang/build-tags.ts';
import { nativeModulesIn } from '../golang/native-modules.ts';

/** What a binary says of itself, as interface.md has it under `inspect`. */
export interface BinaryDocument {
  arch: string;
  goVersion: string | null;
  module: string | null;
  buildInfo: boolean;
  /** null: the binary does not tell. */
  cgoEnabled: boolean | null;
  tags: string[];
  linkage: BinaryFacts['linkage'];
  interpreter: string | null;
  needed: readonly string[];
  libc: BinaryFacts['libc'];
  glibcNeeded: string | null;
  cgoResolver: BinaryFacts['cgoResolver'];
  defaultGodebug: string | null;
  nativeModules: string[];
  packed: 'upx' | null;
}

/** A binary as a JSON object: of its modules those that need cgo, of its symbols none. */
export function binaryDocument(binary: BinaryFacts): BinaryDocument {
  const { build, arch, linkage, interpreter, needed, libc, glibcNeeded, cgoResolver, packed } = binary;
  const cgo = build?.settings.get('CGO_ENABLED');
  return {
    arch,
    goVersion: build?.goVersion ?? null,
    module: build?.main?.path ?? build?.path ?? null,
    buildInfo: build !== undefined,
    cgoEnabled: cgo === undefined ? null : cgo === '1',
    tags: tagsIn(build?.settings.get('-tags')),
    linkage,
    interpreter: interpreter ?? null,
    needed,
    libc,
    glibcNeeded: glibcNeeded ?? null,
    cgoResolver,
    defaultGodebug: build?.settings.get('DefaultGODEBUG') ?? null,
    nativeModules: nativeModulesIn((build?.deps ?? []).map(({ path }) => path)).map(({ path }) => path),
    packed: packed ?? null,
  };
}
