// What an API server is built from, and its limits.
import type { AnyKind } from "@knots/machinery";
import type { Clock, Logger, Random } from "@knots/std";
import type { Maintenance, Store } from "@knots/store";
import type { AdmissionPlugin } from "./admission/admission.ts";
import type { Crypto } from "./authentication/crypto.ts";
import type { Transformers } from "./encryption/transformer.ts";
import type { InflightLimits } from "./flow-control/inflight.ts";

/** Limits; every one has a default. */
export interface ApiServerLimits {
  /** Changes kept per kind for watches that resume (default 8192). */
  readonly history?: number;
  /** Events that may wait for a slow watcher before its watch is ended (default 4096). */
  readonly watchBuffer?: number;
  /** Longest life of a watch without timeoutSeconds (milliseconds, default 45 minutes). */
  readonly watchLifetime?: number;
  /** Requests at once over HTTP (default 400 that read and 200 that write, shared among all by priority and fairness). */
  readonly inflight?: InflightLimits;
}

/** Signing of service-account tokens. */
export interface TokenOptions {
  /** Issuer claim, such as `https://kubernetes.default.svc.cluster.local`. */
  readonly issuer: string;
  /** Audiences that the server itself accepts; default: the issuer. */
  readonly audiences?: readonly string[];
  /** Private key in PEM form: EC P-256 or RSA. */
  readonly signingKey: string;
  /** Further keys (public or private, PEM) whose tokens are still accepted. */
  readonly verificationKeys?: readonly string[];
}

/** Any engine; backups and checks are offered where it can do them. */
export type ServedStore = Store & Partial<Maintenance>;

export interface ApiServerOptions {
  readonly store: ServedStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly kinds: readonly AnyKind[];
  readonly log?: Logger;
  readonly limits?: ApiServerLimits;
  /** `AlwaysAllow` asks nobody; default node authorizer, then RBAC. */
  readonly authorization?: "RBAC" | "AlwaysAllow";
  /** Whether requests without credentials are let in as system:anonymous (default true). */
  readonly anonymous?: boolean;
  /** Network of Service addresses (default 10.96.0.0/12). */
  readonly serviceClusterIpRange?: string;
  /** First and last NodePort (default 30000-32767). */
  readonly serviceNodePortRange?: readonly [number, number];
  /** Where clients reach the server; makes the `kubernetes` Service and its EndpointSlice. */
  readonly advertise?: { readonly address: string; readonly port: number };
  /** PEM of the authority of client certificates; published for extension API servers. */
  readonly clientCa?: string;
  readonly tokens?: TokenOptions;
  /** Static tokens in upstream's CSV form: token,user,uid,"group1,group2". */
  readonly tokenFile?: string;
  readonly crypto?: Crypto;
  /** How values are encrypted before they go to the store; default: not at all. */
  readonly encryption?: Transformers;
  /** Names of built-in plugins to leave out: NamespaceLifecycle, ServiceAccount and so on. */
  readonly disableAdmission?: readonly string[];
  /** Whether requests over HTTP are told apart by flow schemas and wait in fair queues (default true). */
  readonly priorityAndFairness?: boolean;
  /** Plugins that run after the built-in ones. */
  readonly admission?: readonly AdmissionPlugin[];
}
