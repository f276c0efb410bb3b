/** Says as JSON what the /proc of its argument tells of the node: run in a pod's namespaces. */
import { readNodeConntrack } from '../../../src/watch/kernel/node-proc.ts';

const [, , nodeProc = ''] = process.argv;
process.stdout.write(JSON.stringify(readNodeConntrack(nodeProc, '/proc')));
