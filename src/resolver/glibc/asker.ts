import { isV4Mapped, mapped } from '../address.ts';
import type { Steps } from '../model.ts';
import { failed, found, type Parsed, type Settled } from './answer.ts';
import type { Context } from './context.ts';
import { askBoth, askOne } from './dns-service.ts';
import type { Failure } from './eai.ts';
import { type Hosts, hostsAddresses } from './hosts.ts';
import type { Status } from './nsswitch.ts';
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

/** no_data: what of a failure is told apart in the end. */
export type NoData = 'again' | 'no-data' | undefined;

type KnownService = 'files' | 'dns';

/** How a service's end counts for the final error. */
export function noDataOf({ status, hostError }: Parsed): NoData {
  if (status === 'success') return undefined;
  if (hostError === 'try-again') return 'again';
  return hostError === 'no-data' ? 'no-data' : undefined;
}

/** Asks one service, again with a larger buffer where the result does not fit. */
export class Asker {
  readonly context: Context;
  readonly #hosts: Hosts | undefined;
  readonly #name: string;
  readonly #noDescriptors: boolean;
  /** Once it has grown it stays so for the rest of the lookup. */
  #bytes = FIRST_BUFFER_BYTES;

  constructor(context: Context, hosts: Hosts | undefined, name: string, noDescriptors: boolean) {
    this.context = context;
    this.#hosts = hosts;
    this.#name = name;
    this.#noDescriptors = noDescriptors;
  }

  /** Whether a service is there: others than these come in packages of their own and are taken as not installed. */
  has(service: string): service is KnownService {
    if (service !== 'files' && service !== 'dns') return false;
    const { rules, state } = this.context;
    if (rules.servicesInLibc || state.loaded.has(service)) return true;
    if (!this.#noDescriptors) state.loaded.add(service);
    return !this.#noDescriptors;
  }

  /** A and AAAA at once. */
  *both(service: KnownService): Steps<Settled> {
    if (service === 'files') return this.#files('unspec');
    return yield* this.#grown((bytes) => askBoth(this.context, this.#name, bytes));
  }

  *one(service: KnownService, family: 'inet' | 'inet6', checked: boolean): Steps<Settled> {
    if (service === 'files') return this.#files(family);
    return yield* this.#grown((bytes) => askOne(this.context, this.#name, family, { bytes, checked }));
  }

  /** AAAA, then A as v4-mapped where the hints ask for it. */
  *perFamily(
    service: KnownService,
    { family, canonical, v4Mapped, all }: Request,
  ): Steps<{ status: Status; addresses: Uint8Array[]; noData: readonly [NoData, NoData] } | Failure> {
    const results: Settled[] = [];
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
    // generate_addrinfo: AI_V4MAPPED without AI_ALL wants them for lack of AAAA alone, wherever they come from.
    const dropped = (address: Uint8Array) =>
      family === 'inet6' && v4Mapped && !all && inet6.status === 'success' && isV4Mapped(address);
    return {
      status: mergedStatus(inet6.status, inet.status),
      addresses: results.flatMap(({ addresses }) => addresses).filter((each) => !dropped(each)),
      noData: [noDataOf(inet), noDataOf(inet6)],
    };
  }

  *#grown(ask: (bytes: number) => Steps<Parsed>): Steps<Settled> {
    for (;;) {
      const parsed = yield* ask(this.#bytes);
      this.context.hostError = parsed.hostError;
      const { status } = parsed;
      if (status !== 'too-small') return { ...parsed, status };
      this.#bytes *= 2;
    }
  }

  #files(family: Request['family']): Settled {
    // A line too long is read again with more room, which DNS then has too.
    while (this.#hosts && this.#bytes < this.#hosts.bytes) this.#bytes *= 2;
    const addresses = this.#hosts && hostsAddresses(this.#hosts.entries, this.#name, family);
    const parsed =
      addresses && addresses.length > 0
        ? found(addresses)
        : failed(addresses ? 'notfound' : 'unavail', 'not-found');
    if (parsed.status === 'success') this.context.around.because(`/etc/hosts has ${this.#name}`);
    this.context.hostError = parsed.hostError;
    return parsed;
  }
}

/** One family found is enough; else the status that says more. */
function mergedStatus(inet6: Status, inet: Status): Status {
  if (inet6 === 'success' || inet === 'success') return 'success';
  if (inet6 === 'tryagain') return 'tryagain';
  return inet === 'unavail' ? inet6 : inet;
}
