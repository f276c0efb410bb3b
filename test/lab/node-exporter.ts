/** A real node_exporter in a namespace that plays a node. */

import { createInterface } from 'node:readline';
import type { Namespace } from './namespace.ts';

export interface NodeExporter {
  readonly metricsUrl: string;
  stop(): Promise<void>;
}

const PORT = 9100;

/** @param address where the pod reaches the node */
export async function startNodeExporter(node: Namespace, address: string): Promise<NodeExporter> {
  const command = [
    'prometheus-node-exporter',
    '--collector.disable-defaults',
    '--collector.conntrack',
    `--web.listen-address=${address}:${PORT}`,
  ];
  const child = node.spawn(command, { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    if (!child.stderr) throw new Error('node_exporter has no stderr');
    // Read to its end, so that the pipe never fills.
    createInterface(child.stderr).on('line', (line) => {
      said.push(line);
      if (line.includes('Listening on')) resolve();
    });
    child.on('exit', () => reject(new Error(`node_exporter ended: ${said.join('\n')}`)));
  });
  return {
    metricsUrl: `http://${address}:${PORT}/metrics`,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
