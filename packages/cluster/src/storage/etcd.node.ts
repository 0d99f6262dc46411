// The store on an etcd cluster: its gRPC connections, TLS, and where the API's keys stand.
import { createGrpcClient, type GrpcTls } from "@knots/host";
import type { Clock, Random } from "@knots/std";
import { type EtcdLimits, openEtcdStore, type Store, StoreError } from "@knots/store";

export interface EtcdAccess {
  /** URLs of the members, `http://` or `https://`; a call goes to the next one when one fails. */
  readonly servers: readonly string[];
  /** What etcd's certificates are checked against, and the client's own; for `https://`. */
  readonly tls?: GrpcTls;
  /** What etcd's keys start with, as upstream's `--etcd-prefix` (default `/registry`). */
  readonly prefix?: string;
  /** What the store's keys start with, in whose place the prefix stands (default `/registry/`, where the API server keeps its keys). */
  readonly root?: string;
  readonly limits?: EtcdLimits;
}

const ROOT = "/registry/";
const DEFAULT_PREFIX = "/registry";
/** A list's page may hold many objects, each up to etcd's limit of 1.5 MiB. */
const MAX_MESSAGE = 1024 * 1024 * 1024;
/** etcd takes more than one sign of life in five seconds for abuse. */
const KEEP_ALIVE = { after: 6000, patience: 3000 };

interface Target {
  readonly address: string;
  readonly secure: boolean;
}

function targetOf(server: string): Target {
  const { protocol, hostname, port } = URL.parse(server) ?? { protocol: "", hostname: "", port: "" };
  if ((protocol !== "http:" && protocol !== "https:") || hostname === "")
    throw new StoreError("invalid", `${server} is not the URL of an etcd server`);
  return { address: `${hostname}:${port === "" ? "2379" : port}`, secure: protocol === "https:" };
}

/** Opens the store; resolves when etcd answered. */
export function openEtcd(
  { servers, tls = {}, prefix = DEFAULT_PREFIX, root = ROOT, limits }: EtcdAccess,
  around: { readonly clock: Clock; readonly random: Random },
): Promise<Store> {
  return openEtcdStore({
    ...around,
    ...limits,
    endpoints: servers,
    prefix: `${prefix.replace(/\/+$/, "")}/`,
    root,
    connect: (server) => {
      const { address, secure } = targetOf(server);
      return createGrpcClient(address, {
        ...(secure && { tls }),
        keepAlive: KEEP_ALIVE,
        maxMessage: MAX_MESSAGE,
      });
    },
  });
}
