// Paths of the kubelet's server.

/** What a path means. `uid` is there when the client wants exactly that pod. */
export type Route =
  | { readonly kind: "healthz" | "pods" | "summary" }
  | { readonly kind: "containerLogs" | "exec" | "attach"; readonly pod: PodName; readonly container: string }
  | { readonly kind: "portForward"; readonly pod: PodName };

export interface PodName {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

const PLAIN: Readonly<Record<string, "healthz" | "pods" | "summary">> = {
  "/healthz": "healthz",
  "/pods": "pods",
  "/pods/": "pods",
  "/stats/summary": "summary",
};

function decoded(path: string): readonly string[] | undefined {
  try {
    return path.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function podName(parts: readonly string[]): PodName | undefined {
  const [namespace, name, uid] = parts;
  if (!namespace || !name || parts.includes("")) return undefined;
  return { namespace, name, ...(uid !== undefined && { uid }) };
}

/** Reads a path without its query; undefined when it means nothing. */
export function routeOf(path: string): Route | undefined {
  const plain = PLAIN[path];
  if (plain) return { kind: plain };
  const [kind, ...names] = decoded(path) ?? [];
  if (kind === "portForward" && names.length >= 2 && names.length <= 3) {
    const pod = podName(names);
    return pod && { kind, pod };
  }
  if (kind !== "exec" && kind !== "attach" && kind !== "containerLogs") return undefined;
  const least = kind === "containerLogs" ? 3 : names.length;
  if (names.length !== least || names.length < 3 || names.length > 4) return undefined;
  const pod = podName(names.slice(0, -1));
  const container = names.at(-1);
  return pod && container ? { kind, pod, container } : undefined;
}

/** Which part of the node is asked for, as authorization names it (`nodes/<subresource>`). */
export function subresourceOf(path: string): string {
  const [first = ""] = path.split("/").slice(1);
  return { stats: "stats", metrics: "metrics", logs: "log", healthz: "healthz" }[first] ?? "proxy";
}
