import { styleText } from 'node:util';
import type { Order } from '../golang/debug-lines.ts';
import type { Decider } from '../golang/lookup-order-case.ts';
import type { Prediction } from '../golang/prediction.ts';
import { hanging, printable } from './terminal.ts';

/** An order in words. */
const ORDER_TEXTS: Readonly<Record<Order, string>> = {
  cgo: 'libc’s getaddrinfo',
  'files,dns': 'Go’s resolver: /etc/hosts, then DNS',
  'dns,files': 'Go’s resolver: DNS, then /etc/hosts',
  files: 'Go’s resolver: /etc/hosts alone, no DNS',
  dns: 'Go’s resolver: DNS alone, no /etc/hosts',
};

/** As wide as a label. */
const INDENT = ' '.repeat('  decided by  '.length);

/** Where the configuration was read. */
export interface ConfigPaths {
  'resolv.conf': string;
  'nsswitch.conf': string;
}

/** What Go would choose for one name, what decides it and what would change it. */
export function predictText(name: string, prediction: Prediction, paths: ConfigPaths, width: number): string {
  const { order, decidedBy, forcedBy, because, changes, trace } = prediction;
  return [
    `${styleText('bold', printable(name))}  ${styleText(order === 'cgo' ? 'yellow' : 'green', order)}  ${ORDER_TEXTS[order]}`,
    ...(forcedBy ? hanging('  forced by   ', deciderText(forcedBy, paths), width) : []),
    ...hanging('  decided by  ', deciderText(decidedBy, paths), width),
    ...because.flatMap((line, index) => hanging(index === 0 ? '  why         ' : INDENT, line, width)),
    ...changes.flatMap(({ change, order: other }, index) =>
      hanging(index === 0 ? '  otherwise   ' : INDENT, `${change}: ${other}`, width),
    ),
    ...hanging('  trace       ', trace, width),
    '',
  ].join('\n');
}

function deciderText({ by, text, line }: Decider, paths: ConfigPaths): string {
  switch (by) {
    case 'resolv.conf':
    case 'nsswitch.conf':
      return line === undefined ? `${paths[by]}: ${text}` : `${paths[by]} line ${line}: ${text}`;
    case 'tag':
      return `build tag ${text}`;
    case 'godebug':
      return `GODEBUG=${text}`;
    case 'environment':
      return `environment: ${text}`;
    case 'name':
      return `the name: ${text}`;
    default:
      return text;
  }
}
