import { timeAt } from '../timestamp.ts';
import type { Part } from './part.ts';

// kubernetes/design-proposals-archive, node/kubelet-cri-logging.md: time, stream, tags split by colons of which the
// first is P (part) or F (full), and the text, behind one space each.
const CRI =
  /^(\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([PF])(?::[^ ]{0,100})?(?: |$)/;

/** A line as containerd and CRI-O write it, or `undefined` if it is none. */
export function parseCri(line: string): Part | undefined {
  const [head, time, stream, tag] = CRI.exec(line) ?? [];
  if (head === undefined || time === undefined) return undefined;
  const at = timeAt(time);
  if (at === undefined) return undefined;
  return {
    stream: stream === 'stderr' ? 'stderr' : 'stdout',
    at,
    text: line.slice(head.length),
    last: tag === 'F',
  };
}
