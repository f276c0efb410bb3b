import { isIPv6 } from 'node:net';
import { ConfigError } from './config-error.ts';
import type { Config } from './schema.ts';

/**
 * `$(HOST_IP)` in `node.metricsUrl` stands for the environment variable, as in a pod's `env` and `args`, where
 * Kubernetes does it: in a mounted file nobody does. An IPv6 address gets its brackets.
 *
 * @throws ConfigError where the variable is not set, or no URL comes of it
 */
export function expandReferences(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const { metricsUrl } = config.node;
  if (metricsUrl === undefined) return config;
  const expanded = metricsUrl.replace(/\$\(([A-Za-z_]\w*)\)/g, (_, name: string) => {
    const value = environment[name];
    if (!value)
      throw new ConfigError(
        `node.metricsUrl: ${name} is not set; give it in the pod’s env (valueFrom: fieldRef: fieldPath: status.hostIP), or write the address`,
      );
    return isIPv6(value) ? `[${value}]` : value;
  });
  if (!URL.canParse(expanded))
    throw new ConfigError(`node.metricsUrl: ${expanded} is no URL; expected http://ADDRESS:9100/metrics`);
  return { ...config, node: { ...config.node, metricsUrl: expanded } };
}
