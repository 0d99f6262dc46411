// Kubeconfig files: made for a cluster, read for a connection, merged into a person's own.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { dump, load } from "js-yaml";
import { hasCode, writeFileAtomic } from "../files/atomic.node.ts";

interface Named<K extends string, T> {
  readonly entries: readonly ({ readonly name: string } & { readonly [P in K]: T })[];
}
interface ClusterEntry {
  readonly server: string;
  readonly "certificate-authority-data"?: string;
  readonly "certificate-authority"?: string;
}
interface UserEntry {
  readonly "client-certificate-data"?: string;
  readonly "client-key-data"?: string;
  readonly "client-certificate"?: string;
  readonly "client-key"?: string;
  readonly token?: string;
}
interface ContextEntry {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

/** The file's content (kind Config, v1). Fields that are not known here are kept. */
export interface Kubeconfig {
  readonly apiVersion: "v1";
  readonly kind: "Config";
  readonly "current-context": string;
  readonly clusters: Named<"cluster", ClusterEntry>["entries"];
  readonly users: Named<"user", UserEntry>["entries"];
  readonly contexts: Named<"context", ContextEntry>["entries"];
}

/** What a client needs to reach an API server as somebody; certificates and keys are PEM. */
export interface Connection {
  readonly server: string;
  readonly authority?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly token?: string;
}

/** A kubeconfig file that cannot be used; the message names the file and what is wrong. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";
}

const encode = (text: string): string => Buffer.from(text).toString("base64");

/** A file with one cluster, one user and one context, all called `name`. */
export function kubeconfigFor(name: string, connection: Connection): Kubeconfig {
  const { server, authority, certificate, key, token } = connection;
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server, ...(authority && { "certificate-authority-data": encode(authority) }) } }],
    users: [
      {
        name,
        user: {
          ...(certificate && { "client-certificate-data": encode(certificate) }),
          ...(key && { "client-key-data": encode(key) }),
          ...(token && { token }),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
}

/** Puts the entries of `added` into `existing`, replacing those of the same name, and makes its context current. */
export function mergeKubeconfigs(existing: Kubeconfig, added: Kubeconfig): Kubeconfig {
  const merged = <T extends { readonly name: string }>(
    old: readonly T[] | undefined,
    fresh: readonly T[],
  ): readonly T[] => [...(old ?? []).filter((entry) => !fresh.some((other) => other.name === entry.name)), ...fresh];
  return {
    ...existing,
    "current-context": added["current-context"],
    clusters: merged(existing.clusters, added.clusters),
    users: merged(existing.users, added.users),
    contexts: merged(existing.contexts, added.contexts),
  };
}

function isKubeconfig(value: unknown): value is Kubeconfig {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "Config";
}

/** Reads a file; undefined when there is none. */
export async function readKubeconfig(path: string): Promise<Kubeconfig | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw new KubeconfigError(`cannot read ${path}`, { cause: error });
  }
  const value = text.trim() === "" ? { apiVersion: "v1", kind: "Config" } : load(text);
  if (!isKubeconfig(value)) throw new KubeconfigError(`${path} is not a kubeconfig file (kind: Config)`);
  return value;
}

/** Writes a file, readable by its owner only. */
export async function writeKubeconfig(path: string, config: Kubeconfig): Promise<void> {
  await writeFileAtomic(path, dump(config, { lineWidth: -1 }));
}

async function material(
  inline: string | undefined,
  file: string | undefined,
  folder: string,
): Promise<string | undefined> {
  if (inline !== undefined) return Buffer.from(inline, "base64").toString("utf8");
  return file === undefined ? undefined : readFile(resolve(folder, file), "utf8");
}

function entryOf<T extends { readonly name: string }>(list: readonly T[] | undefined, name: string, what: string): T {
  const entry = list?.find((candidate) => candidate.name === name);
  if (!entry) throw new KubeconfigError(`the kubeconfig has no ${what} named "${name}"`);
  return entry;
}

/** The connection of a context (the current one when not named); paths inside are relative to the file at `path`. */
export async function connectionOf(config: Kubeconfig, path: string, context?: string): Promise<Connection> {
  const { cluster: clusterName, user: userName } = entryOf(
    config.contexts,
    context ?? config["current-context"],
    "context",
  ).context;
  const { cluster } = entryOf(config.clusters, clusterName, "cluster");
  const { user } = entryOf(config.users, userName, "user");
  const folder = dirname(path);
  const authority = await material(cluster["certificate-authority-data"], cluster["certificate-authority"], folder);
  const certificate = await material(user["client-certificate-data"], user["client-certificate"], folder);
  const key = await material(user["client-key-data"], user["client-key"], folder);
  return {
    server: cluster.server,
    ...(authority !== undefined && { authority }),
    ...(certificate !== undefined && { certificate }),
    ...(key !== undefined && { key }),
    ...(user.token !== undefined && { token: user.token }),
  };
}
