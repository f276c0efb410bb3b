import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { ConfigError } from './config-error.ts';
import type { Config } from './schema.ts';
import { configSchema, KNOWN_KEYS } from './schema.ts';

/** A part of the configuration and where it is from, for error messages. */
export interface Layer {
  input: unknown;
  /** Where the key at a path stands: `netdns.yaml line 3`, `NETDNS_LISTEN`, `--listen`. */
  where: (path: readonly (string | number)[]) => string;
}

/**
 * The configuration from its layers, later over earlier. Lists are replaced, not joined.
 *
 * @throws ConfigError naming file, line, key and what was expected
 */
export function loadConfig(layers: readonly Layer[]): Config {
  for (const layer of layers) check(layer);
  const merged = layers.reduce<unknown>((under, { input }) => mergeOver(under, input), {});
  return v.parse(configSchema, merged);
}

function check({ input, where }: Layer): void {
  const result = v.safeParse(configSchema, input);
  const [issue] = result.issues ?? [];
  if (!issue) return;
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  const key = path.length > 0 ? path.join('.') : 'the document';
  throw new ConfigError(`${where(path)}: ${key} ${faultOf(issue, path)}`);
}

/** What is wrong, and what was expected instead. */
function faultOf(issue: v.BaseIssue<unknown>, path: readonly (string | number)[]): string {
  if (issue.kind === 'schema' && issue.type === 'strict_object') {
    if (issue.expected === 'never') return `is unknown; expected ${KNOWN_KEYS[parentOf(path)]}`;
    return issue.received === 'undefined' ? 'is missing' : `is ${issue.received}; expected a map of keys`;
  }
  return `is ${issue.received}; expected ${issue.message}`;
}

/** The map in which the key at a path stands: `logs` for `logs.0.fil`. */
function parentOf(path: readonly (string | number)[]): string {
  return String(path.slice(0, -1).findLast((key) => typeof key === 'string') ?? '');
}

function mergeOver(under: unknown, over: unknown): unknown {
  if (!isRecord(under) || !isRecord(over)) return over ?? under;
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, mergeOver(under[key], over[key])]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a YAML config file. The parser is loaded only when there is one: it costs 44 ms of start-up. */
export async function readConfigFile(file: string): Promise<Layer> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      `${file}: cannot be read: ${(cause as Error).message}; check the path given with --config`,
      {
        cause,
      },
    );
  }
  const { LineCounter, parseDocument, isNode } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => `${file} line ${lines.linePos(offset).line}`;
  const [error] = document.errors;
  if (error) throw new ConfigError(`${lineAt(error.pos[0])}: not YAML: ${error.message}`);
  return {
    input: toPlain(() => document.toJS({ maxAliasCount: 100 }), file) ?? {},
    where(path) {
      // The deepest key there is: a value that is missing has no place of its own.
      for (let depth = path.length; depth > 0; depth--) {
        const node = document.getIn(path.slice(0, depth), true);
        if (isNode(node) && node.range) return lineAt(node.range[0]);
      }
      return file;
    },
  };
}

/** The parser throws where aliases would unfold without bound. */
function toPlain(read: () => unknown, file: string): unknown {
  try {
    return read();
  } catch (cause) {
    throw new ConfigError(`${file}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}
