import type { Severity } from '../diagnose/finding.ts';
import { VERSION } from '../version.ts';

/** Where a result is: a file, and a line of it where it has lines. */
export interface SarifResult {
  id: string;
  severity: Severity;
  title: string;
  evidence: readonly string[];
  fix: string;
  /** Path as it was given: a code host shows it where it is relative to the repository. */
  file: string;
  line?: number;
}

/** SARIF 2.1.0, 3.27.10. */
const LEVELS = { info: 'note', warning: 'warning', critical: 'error' } as const;

/** A SARIF log of one run (OASIS SARIF 2.1.0), as code hosts and editors take it. */
export function sarif(results: readonly SarifResult[]): object {
  const ids = [...new Set(results.map(({ id }) => id))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'netdns-sidecar', version: VERSION, rules: ids.map(ruleOf) } },
        results: results.map((result) => resultOf(result, ids)),
      },
    ],
  };
}

function ruleOf(id: string): object {
  return { id, help: { text: `See docs/findings/${id}.md of netdns-sidecar.` } };
}

function resultOf({ id, severity, title, evidence, fix, file, line }: SarifResult, ids: string[]): object {
  return {
    ruleId: id,
    ruleIndex: ids.indexOf(id),
    level: LEVELS[severity],
    message: { text: [`${title}.`, ...evidence.map((fact) => `Seen: ${fact}.`), `Fix: ${fix}`].join('\n') },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          ...(line !== undefined && { region: { startLine: line } }),
        },
      },
    ],
  };
}

/** 3.4.3: a URI reference; a path with a blank or a percent sign is none. */
function uriOf(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
