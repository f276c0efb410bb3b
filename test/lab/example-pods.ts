/** The pods of examples/: pod.yaml of each. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

interface Container {
  name: string;
  image: string;
  args?: string[];
  env?: { name: string; value: string }[];
  securityContext: object;
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}

/** What of a pod's manifest is asked for here. */
export interface Pod {
  metadata: { name: string };
  spec: {
    shareProcessNamespace: boolean;
    securityContext: object;
    volumes: { name: string; emptyDir: object }[];
    initContainers: [Container];
    containers: [Container];
  };
}

export function podOf(example: string): Pod {
  const file = fileURLToPath(new URL(`../../examples/${example}/pod.yaml`, import.meta.url));
  return parse(readFileSync(file, 'utf8'));
}

/** The environment of the application. */
export function environmentOf({ spec }: Pod): Record<string, string> {
  const [app] = spec.containers;
  return Object.fromEntries((app.env ?? []).map(({ name, value }) => [name, value]));
}
