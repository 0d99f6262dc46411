// The API server as a value: parts put together, started, and closed.
import type { Transport } from "@knots/client";
import { type AnyKind, type Cidr, parseCidr } from "@knots/machinery";
import { defined, silentLogger } from "@knots/std";
import { createAdmission } from "./admission/admission.ts";
import { admissionPlugins } from "./admission/plugins.ts";
import type { Authenticator } from "./authentication/authenticator.ts";
import { createAuthentication } from "./authentication/create.ts";
import { nodeCrypto } from "./authentication/crypto.node.ts";
import type { ServiceAccountTokens } from "./authentication/service-account.ts";
import { type Authorization, createAuthorization } from "./authorization/create.ts";
import { createApiServices } from "./bootstrap/api-services.ts";
import { createBootstrap } from "./bootstrap/bootstrap.ts";
import { publishClientCa } from "./bootstrap/client-ca.ts";
import { type Advertised, publishEndpoints, publishService } from "./bootstrap/kubernetes-service.ts";
import { type Peers, startPeers } from "./bootstrap/peers.ts";
import { createPriorityClasses } from "./bootstrap/priority-classes.ts";
import { startSeeding } from "./bootstrap/seeding.ts";
import { Feed } from "./cache/feed.ts";
import { type Chain, createChain } from "./chain/chain.ts";
import { plainTransformers } from "./encryption/transformer.ts";
import { openFlowControl } from "./flow-control/create.ts";
import type { FlowControl } from "./flow-control/flow-control.ts";
import { keepFlowObjects, writeFlowObjects } from "./flow-control/upkeep.ts";
import type { ApiServerOptions, ServedStore } from "./options.ts";
import { createRegistries, type Registries } from "./registry/registries.ts";
import { createResourceTable, type ResourceTable } from "./resources/table.ts";
import { keepClaims } from "./strategies/repair-claims.ts";
import { claimsOf, SERVICE_CLAIMS, serviceStrategy } from "./strategies/services.ts";
import { builtinStrategies } from "./strategies/strategies.ts";
import { bindings } from "./subresources/pod-binding.ts";
import { serviceAccountToken } from "./subresources/service-account-token.ts";
import { builtinSubresources } from "./subresources/subresources.ts";
import { createTransport } from "./transport.ts";
import { LOOPBACK, type User } from "./user.ts";
import { authenticationReviews } from "./virtual/authentication-reviews.ts";
import { componentStatuses } from "./virtual/component-statuses.ts";

/** A running API server. */
export interface ApiServer {
  /** Requests in process, as `user`. */
  transport(user: User): Transport;
  /** The handler chain that HTTP uses too. */
  readonly chain: Chain;
  readonly table: ResourceTable;
  /** Where everything is kept. */
  readonly store: ServedStore;
  readonly registries: Registries;
  readonly authenticator: Authenticator;
  /** Signs and checks service-account tokens; absent without a signing key. */
  readonly accounts: ServiceAccountTokens | undefined;
  /** Decides when a request over HTTP is served. */
  readonly flow: FlowControl;
  /** Whether new requests are welcome: false before the start and from the beginning of `drain`. */
  readonly ready: boolean;
  /** Serves a further kind (CustomResourceDefinitions). */
  addKind(kind: AnyKind): Promise<void>;
  removeKind(kind: AnyKind): void;
  /** Ends every watch and is no longer ready; other requests go on. */
  drain(): void;
  /** Drains and lets go of everything but the store, which is its owner's. */
  close(): Promise<void>;
}

function serviceRange({ serviceClusterIpRange: text = "10.96.0.0/12" }: ApiServerOptions): Cidr {
  return defined(parseCidr(text), `an IPv4 network in serviceClusterIpRange (${text})`);
}

const DEFAULT_LIMITS = { history: 8192, watchBuffer: 4096, watchLifetime: 45 * 60_000 };

/** The parts of a server before it starts. */
interface Parts {
  readonly feed: Feed;
  readonly table: ResourceTable;
  readonly registries: Registries;
  readonly chain: Chain;
  readonly authenticator: Authenticator;
  readonly accounts: ServiceAccountTokens | undefined;
}

function openRegistries(options: ApiServerOptions, { strategies: own, authorizer }: Authorization, addresses: Cidr) {
  const { store, clock, random, log = silentLogger, limits } = options;
  const feed = new Feed(store, clock, log);
  const table = createResourceTable(options.kinds);
  const services = serviceStrategy({ store, addresses, ports: options.serviceNodePortRange ?? [30000, 32767] });
  const admission = createAdmission(
    admissionPlugins({
      registries: () => registries,
      random,
      authorizer,
      disabled: options.disableAdmission ?? [],
      further: options.admission ?? [],
    }),
  );
  const registries: Registries = createRegistries({
    store,
    encryption: options.encryption ?? plainTransformers,
    feed,
    log,
    table,
    strategies: { ...builtinStrategies, ...own, "/services": services },
    admission,
    tools: { clock, random },
    history: limits?.history ?? DEFAULT_LIMITS.history,
  });
  return { feed, table, registries };
}

/** Puts the parts together; nothing runs yet. */
function assemble(options: ApiServerOptions, addresses: Cidr, drain: AbortSignal): Parts {
  const { clock, random, limits = {} } = options;
  const authorization = createAuthorization(options, () => registries);
  const { feed, table, registries } = openRegistries(options, authorization, addresses);
  const { authenticator, accounts } = createAuthentication({
    tokens: options.tokens,
    tokenFile: options.tokenFile,
    anonymous: options.anonymous ?? true,
    crypto: options.crypto ?? nodeCrypto,
    clock,
    random,
    registries: () => registries,
  });
  const chain = createChain({
    store: options.store,
    table,
    registries,
    authorizer: authorization.authorizer,
    subresources: { ...builtinSubresources, "/serviceaccounts/token": serviceAccountToken(accounts) },
    computed: componentStatuses({ store: options.store, clock, registries: () => registries }),
    virtual: { ...authorization.virtual, ...authenticationReviews(authenticator), ...bindings(() => registries) },
    limits: {
      buffer: limits.watchBuffer ?? DEFAULT_LIMITS.watchBuffer,
      lifetime: limits.watchLifetime ?? DEFAULT_LIMITS.watchLifetime,
    },
    drain,
  });
  return { feed, table, registries, chain, authenticator, accounts };
}

/** Looks after the addresses and ports of Services, where those are served; answers how to stop that. */
function watchClaims({ store, clock, log = silentLogger }: ApiServerOptions, registries: Registries): () => void {
  const services = registries.find({ group: "", version: "v1", resource: "services" });
  if (!services) return () => undefined;
  return keepClaims({ store, clock, log, storage: services.storage, prefixes: SERVICE_CLAIMS, keysOf: claimsOf });
}

/** Joins the servers that the `kubernetes` Service leads to, when it is known where this one is reached. */
async function showServer(
  { store, clock, log = silentLogger, advertise }: ApiServerOptions,
  loopback: Transport,
  table: ResourceTable,
): Promise<Peers | undefined> {
  if (!advertise) return undefined;
  const publish = (peers: readonly Advertised[]): Promise<void> => publishEndpoints(loopback, table, peers);
  return startPeers({ store, clock, log, self: advertise, publish });
}

/** Writes what must exist before the first client comes. */
async function seed(
  options: ApiServerOptions,
  { chain, table }: Pick<Parts, "chain" | "table">,
  addresses: Cidr,
): Promise<Peers | undefined> {
  const loopback = createTransport(chain, LOOPBACK);
  await createBootstrap(loopback, table);
  await createPriorityClasses(loopback, table);
  await createApiServices(loopback, table);
  await writeFlowObjects({ transport: loopback, table });
  if (options.clientCa !== undefined) await publishClientCa(loopback, table, options.clientCa);
  await publishService(loopback, table, options.advertise, addresses);
  return showServer(options, loopback, table);
}

/** Starts an API server on a store; resolves when caches are loaded and the objects that must exist do, or cannot be written yet. */
export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const draining = new AbortController();
  const addresses = serviceRange(options);
  const { feed, ...parts } = assemble(options, addresses, draining.signal);
  const { table, registries, chain } = parts;
  const { clock, log = silentLogger } = options;
  await feed.start();
  await registries.load();
  const seeding = await startSeeding({ seed: () => seed(options, parts, addresses), clock, log });
  const releaseClaims = watchClaims(options, registries);
  const flowObjects = keepFlowObjects({ transport: createTransport(chain, LOOPBACK), table, clock, log });
  return {
    ...parts,
    flow: openFlowControl(options, registries, table),
    store: options.store,
    transport: (user) => createTransport(chain, user),
    get ready() {
      return !draining.signal.aborted;
    },
    async addKind(kind) {
      await registries.addKind(kind);
      table.add(kind);
    },
    removeKind(kind) {
      table.remove(kind);
      registries.removeKind(kind);
    },
    drain: () => draining.abort(),
    async close() {
      draining.abort();
      releaseClaims();
      await flowObjects.close();
      await seeding.close();
      await feed.close();
    },
  };
}
