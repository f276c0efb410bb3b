import { ERRNO_REASONS } from '../libc/errno-texts.ts';
import { TRACE_PREFIX } from './debug-lines.ts';
import { ERROR_TEXTS } from './error-texts.ts';

const quote = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const alternatives = (texts: readonly string[]) => texts.map(quote).join('|');

/** `10.0.0.1:53`, `[::1]:53`, `[fe80::1%eth0]:53`. */
const ADDRESS = String.raw`(?:\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}`;

/** net.OpError.Error(): op, network, [source->]address, then os.SyscallError's name and the errno. */
const OP_ERROR = `(?<op>read|write|dial|set) (?<net>(?:udp|tcp)[46]?) (?:${ADDRESS}->)?(?<addr>${ADDRESS}): (?:(?:[a-z0-9_]+): )?(?<errno>${alternatives(
  [
    ...Object.keys(ERRNO_REASONS),
    'i/o timeout',
    'operation was canceled',
    'context deadline exceeded',
    'context canceled',
    'unexpected EOF',
    'EOF',
    'use of closed network connection',
  ].sort((a, b) => b.length - a.length),
)})`;

/**
 * The end of a lookup error, anchored at the colon before it: one pass over the text finds all, whatever the length
 * of the name before it. Err text of Go or libc, or an OpError; not the beginning of a longer word, unless a trace line is
 * glued to it.
 */
export const ERROR_END = new RegExp(
  String.raw`: (?:(?<text>${alternatives(ERROR_TEXTS.map(({ text }) => text))})|${OP_ERROR})(?:(?![\w-])|(?=${TRACE_PREFIX}))`,
  'g',
);

/** A subject with a server: net.DNSError.Error() is `lookup ` Name [` on ` Server] `: ` Err. */
export const ON_SERVER = new RegExp(String.raw`^([\s\S]*) on (${ADDRESS})$`);
/** Any other words behind a server: a new Go release, or the error of a Resolver.Dial of the application's own. */
export const OTHER_ON_SERVER = new RegExp(
  String.raw`\blookup ([^\s"]{1,255}) on (${ADDRESS}): ([^\n"\\]{1,200})`,
  'g',
);

/** Without a lookup: `dial tcp: i/o timeout` of Go 1.15 and older. */
export const NAMELESS = /\bdial (?:tcp|udp)[46]?: (?<text>i\/o timeout|operation was canceled)(?![\w-])/g;
/** net.AddrError: the name has addresses, but none of the family that was asked for. */
export const ADDRESS_ERROR = /\baddress (?<name>[^\s"]{0,255}): no suitable address found/g;
