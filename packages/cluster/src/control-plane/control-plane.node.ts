// The control plane as one process: durable store, API server over HTTPS, controllers, scheduler.

import { builtinKinds } from "@knots/api";
import {
  type ApiServer,
  type ApiServerOptions,
  createApiServer,
  type Encryption,
  type HealthCheck,
  type HttpPort,
  listen,
} from "@knots/apiserver";
import { createClient } from "@knots/client";
import type { BoundPorts, KeyPair } from "@knots/host";
import type { Clock, Logger, Random } from "@knots/std";
import type { Store } from "@knots/store";
import { applyAddons } from "../addons/apply.ts";
import type { Addon } from "../addons/objects.ts";
import { startControllers } from "../components/controlling.ts";
import { LOOPBACK_USER } from "../components/identities.ts";
import { startLed } from "../components/leading.ts";
import { startScheduler } from "../components/scheduling.ts";
import { startNodes } from "../components/simulating.ts";
import type { Running, Surroundings } from "../components/surroundings.ts";
import { watchStore } from "./store-health.ts";
import { type KubeletAccess, kubeletStreaming } from "./streams.node.ts";

export interface ControlPlaneOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Addresses that the API server listens on, all on `port`. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly bound?: BoundPorts;
  readonly serving: KeyPair;
  /** PEM of the authority of client certificates. */
  readonly clientAuthority: string;
  /** PEM of the key that signs service-account tokens. */
  readonly tokenKey: string;
  /** PEMs of further keys whose tokens are accepted. */
  readonly furtherTokenKeys?: readonly string[];
  /** Issuer of service-account tokens (default `https://kubernetes.default.svc.cluster.local`). */
  readonly tokenIssuer?: string;
  readonly tokenFile?: string;
  /** How values are encrypted before they go to the store; default: not at all. */
  readonly encryption?: Encryption;
  readonly serviceClusterIpRange?: string;
  /** Requests at once, and whether flow schemas tell them apart; see `ApiServerOptions`. */
  readonly inflight?: NonNullable<ApiServerOptions["limits"]>["inflight"];
  readonly priorityAndFairness?: boolean;
  /** Origins of pages that may call from a browser; see `ListenOptions`. */
  readonly corsAllowedOrigins?: readonly string[];
  /** Address under which pods reach the API server. */
  readonly advertise?: { readonly address: string; readonly port: number };
  /** `all` components, or the API server `alone`. */
  readonly components?: "all" | "alone";
  /** Simulated nodes to run in this process. */
  readonly simulatedNodes?: number;
  /** Further objects that must exist, brought to their state at every start. */
  readonly addons?: readonly Addon[];
  /** How kubelets are reached for logs, exec, attach and port-forward; without it those are not served. */
  readonly kubelets?: KubeletAccess;
}

/** A control plane at work. */
export interface ControlPlane {
  readonly server: ApiServer;
  readonly ports: readonly HttpPort[];
  /** New certificate for new connections. */
  renew(serving: KeyPair): void;
  /** Drains, then stops everything but the store. */
  close(): Promise<void>;
}

const ISSUER = "https://kubernetes.default.svc.cluster.local";

function startComponents(options: ControlPlaneOptions, server: ApiServer): readonly Running[] {
  const { store, clock, random, log, components = "all", simulatedNodes: count = 0 } = options;
  const surroundings: Surroundings = { clock, random, log, transport: (user) => server.transport(user) };
  if (components === "alone") return [];
  const rootCa = options.clientAuthority;
  const all: [string, (own: Surroundings) => Running][] = [
    ["kube-controller-manager", (own) => startControllers({ kinds: () => server.table.all(), rootCa }, own)],
    ["kube-scheduler", startScheduler],
  ];
  if (count > 0) all.push(["knots-simulated-nodes", (own) => startNodes({ count }, own)]);
  // A store of our own has one control plane; on an etcd there may be others.
  const lone = "fork" in store;
  return all.map(([name, start]) => (lone ? start(surroundings) : startLed(name, surroundings, start)));
}

function openPorts(
  options: ControlPlaneOptions,
  server: ApiServer,
  checks: readonly HealthCheck[],
): Promise<readonly HttpPort[]> {
  const { clock, random, log, addresses, port, serving, clientAuthority, kubelets } = options;
  const common = {
    server,
    clock,
    random,
    log,
    checks,
    port,
    ...serving,
    clientCa: clientAuthority,
    ...(options.corsAllowedOrigins && { corsAllowedOrigins: options.corsAllowedOrigins }),
    ...(kubelets && kubeletStreaming(server, kubelets, clock)),
  };
  const open = (host: string): Promise<HttpPort> => {
    const bound = options.bound?.(host, port);
    return listen({ ...common, host, ...(bound && { bound }) });
  };
  return Promise.all(addresses.map(open));
}

/** Starts the control plane; resolves when it answers on its ports. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { store, clock, random, log, tokenFile, encryption, serviceClusterIpRange, advertise } = options;
  const { inflight, priorityAndFairness } = options;
  const server = await createApiServer({
    store,
    clock,
    random,
    log,
    kinds: builtinKinds,
    authorization: "RBAC",
    tokens: {
      issuer: options.tokenIssuer ?? ISSUER,
      signingKey: options.tokenKey,
      verificationKeys: options.furtherTokenKeys ?? [],
    },
    ...(tokenFile !== undefined && { tokenFile }),
    ...(encryption && { encryption }),
    ...(inflight && { limits: { inflight } }),
    ...(priorityAndFairness !== undefined && { priorityAndFairness }),
    ...(serviceClusterIpRange !== undefined && { serviceClusterIpRange }),
    ...(advertise && { advertise }),
  });
  const health = watchStore(store, clock, log);
  const plugins: readonly HealthCheck[] = encryption
    ? [{ name: "kms-providers", check: () => encryption.fault() }]
    : [];
  const ports = await openPorts(options, server, [...health.checks, ...plugins]);
  if (options.addons) await applyAddons(createClient(server.transport(LOOPBACK_USER)), options.addons);
  const running = startComponents(options, server);
  return {
    server,
    ports,
    renew: ({ certificate, key }) => {
      for (const port of ports) port.renew(certificate, key);
    },
    async close() {
      health.close();
      await Promise.all(ports.map((port) => port.close()));
      await Promise.all(running.map((component) => component.close()));
      await server.close();
    },
  };
}
