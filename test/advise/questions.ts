/** Questions as they come from files: by the parsers, not by hand. */
import type { Question } from '../../src/advise/advice.ts';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';
import { parseGoMod } from '../../src/golang/parse-go-mod.ts';

/** A go.mod that requires these, one a line from line 6 on. */
export function goModOf(requires: readonly string[], go = '1.25') {
  return parseGoMod(`module example.com/app\n\ngo ${go}\n\nrequire (\n${requires.join('\n')}\n)\n`);
}

export function question({
  dockerfile,
  ...rest
}: Omit<Question, 'dockerfile'> & { dockerfile?: string }): Question {
  return { ...rest, ...(dockerfile !== undefined && { dockerfile: parseDockerfile(dockerfile) }) };
}

export const SQLITE = 'github.com/mattn/go-sqlite3 v1.14.24';
export const KAFKA = 'github.com/confluentinc/confluent-kafka-go/v2 v2.10.0';
export const DUCKDB = 'github.com/marcboeker/go-duckdb/v2 v2.1.0';
export const VIPS = 'github.com/davidbyttow/govips/v2 v2.16.0';
export const ORACLE = 'github.com/godror/godror v0.48.0';
export const WASMER = 'github.com/wasmerio/wasmer-go v1.0.4';
export const GOPACKET = 'github.com/google/gopacket v1.1.19';
export const PUREGO = 'github.com/ebitengine/purego v0.8.2';
