import { DNS_PORT } from '../../dns/codes.ts';
import { addressText, ipv6WithZone } from '../address.ts';
import { cString, fgets } from '../c-text.ts';
import { inetAton } from '../inet-aton.ts';
import type { Server } from '../model.ts';
import type { FileText, Remark } from '../sources.ts';

/** A nameserver with what stands behind its keyword, which busybox prints as its name. */
export interface NamedServer {
  name: string;
  server: Server;
}

/** What busybox nslookup takes from resolv.conf: no option, and of `search` the text as it stands. */
export interface BusyboxConf {
  servers: NamedServer[];
  search: string | undefined;
  remarks: Remark[];
}

/** `line[512]` of parse_resolvconf. */
const LINE_BYTES = 512;

/** networking/nslookup.c, parse_resolvconf. @returns `fatal`: what it prints before it quits */
export function readBusyboxConf(
  file: FileText,
  hostname: string,
): BusyboxConf | { fatal: string; remarks: Remark[] } {
  const servers: NamedServer[] = [];
  const remarks: Remark[] = [];
  let search: string | undefined;
  let haveSearch = false;
  for (const { text, line } of fgets(file.state === 'ok' ? file.text : '', LINE_BYTES)) {
    const [, key, value] = /^[ \t\n]*([^ \t\n]+)[ \t\n]?\n*([^\n]+)/.exec(cString(text)) ?? [];
    if (key === undefined || value === undefined) continue;
    const remark = (reason: string) =>
      remarks.push({ file: 'resolv.conf', line, text: `${key} ${value}`, reason });
    if (key === 'nameserver') {
      const server = serverOf(value);
      if ('fatal' in server) {
        remark(`${server.fatal}: busybox nslookup quits`);
        return { fatal: `nslookup: ${server.fatal}`, remarks };
      }
      servers.push({ name: value, server });
    } else if (key === 'search' || (key === 'domain' && !haveSearch)) {
      search = value;
      haveSearch ||= key === 'search';
    } else if (key === 'domain') remark('a search line stands before it: without effect');
    else if (!/^[#;]/.test(key))
      remark(`busybox nslookup heeds nameserver, search and domain only: without effect`);
  }
  search ??= hostname.includes('.') ? hostname.slice(hostname.indexOf('.') + 1) : undefined;
  if (servers.length === 0)
    servers.push({ name: '127.0.0.1', server: { address: '127.0.0.1', port: DNS_PORT } });
  return { servers, search: search === '.' ? undefined : search, remarks };
}

/**
 * libbb/xconnect.c, str2sockaddr: an address, `address:port` or `[address]:port`. inet_aton stops at a blank, so a
 * comment may follow an IPv4 address; anything may not follow another.
 */
function serverOf(text: string): Server | { fatal: string } {
  const bad = { fatal: `bad address '${text}'` };
  const bracketed = text.startsWith('[');
  const colons = text.split(':').length - 1;
  const [, inBrackets, rest] = bracketed ? (/^\[([^\]]*)\](?::(.*))?$/s.exec(text) ?? []) : [];
  if (bracketed && inBrackets === undefined) return bad;
  const [, before, after] = !bracketed && colons === 1 ? (/^(.*):(.*)$/s.exec(text) ?? []) : [];
  const host = inBrackets ?? before ?? text;
  const portText = bracketed ? rest : after;
  if (portText !== undefined && (!/^\d+$/.test(portText) || Number(portText) > 0xffff))
    return { fatal: `bad port '${portText}'` };
  const address = addressOf(host);
  if (address === undefined) return bad;
  return { address, port: portText === undefined ? DNS_PORT : Number(portText) };
}

function addressOf(host: string): string | undefined {
  const four = inetAton(host.replace(/[ \t\v\f\r][\s\S]*$/, ''));
  return four ? addressText(four) : ipv6WithZone(host);
}
