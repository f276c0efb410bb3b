/** Which services are asked, and what is made of their answers: getaddrinfo.c, get_nss_addresses. */
import type { Steps } from '../model.ts';
import { failed } from './answer.ts';
import { Asker, type NoData, noDataOf, type Request } from './asker.ts';
import type { Context } from './context.ts';
import type { Failure } from './eai.ts';
import type { Hosts } from './hosts.ts';
import { isFailedLiteral } from './literal.ts';
import type { Service, Status } from './nsswitch.ts';

/** What decides where names come from. */
export interface NameService {
  services: readonly Service[];
  /** undefined where /etc/hosts cannot be read. */
  hosts: Hosts | undefined;
  /** No file can be opened. */
  noDescriptors: boolean;
}

/** What is made of a service that is not there, and of none at all. */
const NO_SERVICE = { eai: 'EAI_SYSTEM', errno: 'EBUSY' } as const satisfies Failure;

/** What getaddrinfo makes of all services together. */
export type NameResult = { addresses: Uint8Array[] } | Failure;

/** Asks the services in order, as their actions say. */
export function* askServices(
  context: Context,
  { services, hosts, noDescriptors }: NameService,
  name: string,
  request: Request,
): Steps<NameResult> {
  const asker = new Asker(context, hosts, name, noDescriptors);
  if (isSimple(request)) return yield* askSimply(asker, services, name);
  if (services.length === 0) {
    context.around.because('nsswitch.conf has a hosts: line without a service: nothing is asked');
    return NO_SERVICE;
  }
  let addresses: Uint8Array[] = [];
  let status: Status = 'unavail';
  let noData: readonly [NoData, NoData] = [undefined, undefined];
  let merging = false;
  for (const { name: service, actions } of services) {
    if (!context.rules.keepsFoundOnContinue) addresses = [];
    if (merging) {
      context.hostError = 'internal';
      context.errno = 'EBUSY';
      break;
    }
    if (!asker.has(service)) {
      context.around.because(`nsswitch.conf: no service ${service} here: it counts as unavailable`);
      context.hostError = 'internal';
      context.errno = NO_SERVICE.errno;
      status = 'unavail';
      noData = [undefined, noData[1]];
    } else if (request.family === 'unspec') {
      const parsed = yield* asker.both(service);
      status = parsed.status;
      if (status === 'success') addresses = [...addresses, ...parsed.addresses];
      noData = [noDataOf(parsed), noDataOf(parsed)];
    } else {
      const one = yield* asker.perFamily(service, request);
      if ('eai' in one) return one;
      ({ status, noData } = one);
      addresses = [...addresses, ...one.addresses];
    }
    if (actions[status] === 'return') break;
    merging = actions[status] === 'merge' && !context.rules.keepsFoundOnContinue;
  }
  if ((status === 'tryagain' || status === 'unavail') && context.hostError === 'internal')
    return { eai: 'EAI_SYSTEM', errno: context.errno };
  if (noData[0] && noData[1])
    return { eai: noData[0] === 'again' && noData[1] === 'again' ? 'EAI_AGAIN' : 'EAI_NODATA' };
  return addresses.length > 0 ? { addresses } : { eai: 'EAI_NONAME' };
}

/** What is asked of gethostbyname2_r: getaddrinfo.c, try_simple_gethostbyname. */
export function isSimple({ family, canonical }: Request): boolean {
  return family === 'inet' && !canonical;
}

/** try_simple_gethostbyname: IPv4 alone and no canonical name goes by gethostbyname2_r, whose errors differ. */
function* askSimply(asker: Asker, services: readonly Service[], name: string): Steps<NameResult> {
  if (isFailedLiteral(name) || services.length === 0) return { eai: 'EAI_NONAME' };
  let last = failed('unavail', 'no-recovery');
  for (const { name: service, actions } of services) {
    if (!asker.has(service)) {
      if (actions.unavail === 'continue') continue;
      break;
    }
    last = yield* asker.one(service, 'inet', true);
    if (actions[last.status] === 'return') break;
  }
  if (last.status === 'success') return { addresses: last.addresses };
  if (last.status === 'notfound') return { eai: last.hostError === 'no-data' ? 'EAI_NODATA' : 'EAI_NONAME' };
  if (last.hostError === 'internal') return { eai: 'EAI_SYSTEM', errno: asker.context.errno };
  return { eai: last.hostError === 'try-again' ? 'EAI_AGAIN' : 'EAI_NODATA' };
}
