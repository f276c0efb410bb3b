/** Which services are asked, and what is made of their answers: getaddrinfo.c, get_nss_addresses. */
import type { Steps } from '../model.ts';
import { mapped } from '../rfc6724.ts';
import { failed, found, type Parsed } from './answer.ts';
import type { Context } from './context.ts';
import { askBoth, askOne } from './dns-service.ts';
import type { Failure } from './eai.ts';
import { type HostsEntry, hostsAddresses } from './hosts.ts';
import { isFailedLiteral } from './literal.ts';
import type { Service, Status } from './nsswitch.ts';
import { FIRST_BUFFER_BYTES } from './result-buffer.ts';

/** getaddrinfo's hints, as far as they decide what is asked. */
export interface Request {
  family: 'unspec' | 'inet' | 'inet6';
  /** AI_CANONNAME */
  canonical: boolean;
  /** AI_V4MAPPED and AI_ALL */
  v4Mapped: boolean;
  all: boolean;
}

export interface NameService {
  services: readonly Service[];
  /** undefined where /etc/hosts cannot be read. */
  hosts: readonly HostsEntry[] | undefined;
}

export type NameResult = { addresses: Uint8Array[] } | Failure;

/** no_data: what of a failure is told apart in the end. */
type NoData = 'again' | 'no-data' | undefined;

/** Asks the services in order, as their actions say. */
export function* askServices(
  context: Context,
  { services, hosts }: NameService,
  name: string,
  request: Request,
): Steps<NameResult> {
  const asker = new Asker(context, hosts, name);
  if (request.family === 'inet' && !request.canonical) return yield* askSimply(asker, services, name);
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
    if (!isKnown(service)) {
      context.around.because(`nsswitch.conf: no service ${service} here: it counts as unavailable`);
      context.hostError = 'internal';
      context.errno = 'EBUSY';
      status = 'unavail';
      noData = [undefined, noData[1]];
    } else if (request.family === 'unspec') {
      const parsed = yield* asker.both(service);
      status = parsed.status === 'too-small' ? 'tryagain' : parsed.status;
      addresses = [...addresses, ...parsed.addresses];
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

/** try_simple_gethostbyname: IPv4 alone and no canonical name goes by gethostbyname2_r, whose errors differ. */
function* askSimply(asker: Asker, services: readonly Service[], name: string): Steps<NameResult> {
  if (isFailedLiteral(name)) return { eai: 'EAI_NONAME' };
  let last = failed('unavail', 'no-recovery');
  for (const { name: service, actions } of services) {
    if (!isKnown(service)) {
      if (actions.unavail === 'continue') continue;
      break;
    }
    last = yield* asker.one(service, 'inet', true);
    if (last.status === 'too-small' || actions[last.status] === 'return') break;
  }
  if (last.status === 'success') return { addresses: last.addresses };
  if (last.status === 'notfound') return { eai: last.hostError === 'no-data' ? 'EAI_NODATA' : 'EAI_NONAME' };
  if (last.hostError === 'internal') return { eai: 'EAI_SYSTEM', errno: asker.context.errno };
  return { eai: last.hostError === 'try-again' ? 'EAI_AGAIN' : 'EAI_NODATA' };
}

type KnownService = 'files' | 'dns';

/** What is in libc6 and finds hosts; others come in packages of their own and are taken as not installed. */
function isKnown(service: string): service is KnownService {
  return service === 'files' || service === 'dns';
}

function noDataOf({ status, hostError }: Parsed): NoData {
  if (status === 'success') return undefined;
  if (hostError === 'try-again') return 'again';
  return hostError === 'no-data' ? 'no-data' : undefined;
}

/** Asks one service, again with a larger buffer where the result does not fit. */
class Asker {
  readonly context: Context;
  readonly #hosts: readonly HostsEntry[] | undefined;
  readonly #name: string;
  /** Once it has grown it stays so for the rest of the lookup. */
  #bytes = FIRST_BUFFER_BYTES;

  constructor(context: Context, hosts: readonly HostsEntry[] | undefined, name: string) {
    this.context = context;
    this.#hosts = hosts;
    this.#name = name;
  }

  *both(service: KnownService): Steps<Parsed> {
    if (service === 'files') return this.#files('unspec');
    return yield* this.#grown((bytes) => askBoth(this.context, this.#name, bytes));
  }

  *one(service: KnownService, family: 'inet' | 'inet6', checked: boolean): Steps<Parsed> {
    if (service === 'files') return this.#files(family);
    return yield* this.#grown((bytes) => askOne(this.context, this.#name, family, { bytes, checked }));
  }

  /** AAAA, then A as v4-mapped where the hints ask for it. */
  *perFamily(
    service: KnownService,
    { family, canonical, v4Mapped, all }: Request,
  ): Steps<{ status: Status; addresses: Uint8Array[]; noData: readonly [NoData, NoData] } | Failure> {
    const results: Parsed[] = [];
    const order = family === 'inet' ? (['inet'] as const) : (['inet6', 'inet'] as const);
    for (const each of order) {
      const enough = results[0]?.status === 'success' && !all;
      if (each === 'inet' && family === 'inet6' && (!v4Mapped || enough)) break;
      const parsed = yield* this.one(service, each, !canonical);
      if (parsed.status !== 'success' && parsed.hostError === 'internal')
        return { eai: 'EAI_SYSTEM', errno: this.context.errno };
      const addresses = family === 'inet6' ? parsed.addresses.map(mapped) : parsed.addresses;
      results.push({ ...parsed, addresses });
    }
    const [inet6 = failed('unavail', 'success'), inet = inet6] = results;
    return {
      status: mergedStatus(inet6.status, inet.status),
      addresses: results.flatMap(({ addresses }) => addresses),
      noData: [noDataOf(inet), noDataOf(inet6)],
    };
  }

  *#grown(ask: (bytes: number) => Steps<Parsed>): Steps<Parsed> {
    for (;;) {
      const parsed = yield* ask(this.#bytes);
      this.context.hostError = parsed.hostError;
      if (parsed.status !== 'too-small') return parsed;
      this.#bytes *= 2;
    }
  }

  #files(family: Request['family']): Parsed {
    const addresses = this.#hosts && hostsAddresses(this.#hosts, this.#name, family);
    const parsed =
      addresses && addresses.length > 0
        ? found(addresses)
        : failed(addresses ? 'notfound' : 'unavail', 'not-found');
    if (parsed.status === 'success') this.context.around.because(`/etc/hosts has ${this.#name}`);
    this.context.hostError = parsed.hostError;
    return parsed;
  }
}

function mergedStatus(inet6: Parsed['status'], inet: Parsed['status']): Status {
  const [six, four] = [inet6, inet].map((each) => (each === 'too-small' ? 'tryagain' : each)) as [
    Status,
    Status,
  ];
  if (six === 'success' || four === 'success') return 'success';
  if (six === 'tryagain') return 'tryagain';
  return four === 'unavail' ? six : four;
}
