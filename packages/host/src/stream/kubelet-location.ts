// Where a pod's streams are at its node's kubelet: the API's paths and parameters turned into the kubelet's.

/** Subresources of pods that a kubelet serves. */
export type PodStream = "exec" | "attach" | "portforward" | "log";

export interface PodPlacement {
  readonly namespace: string;
  readonly name: string;
  /** The container that is meant; not used by portforward. */
  readonly container?: string;
}

const flag = (query: URLSearchParams, name: string, fallback: boolean): boolean => {
  const text = query.get(name);
  return text === null ? fallback : text !== "false" && text !== "0";
};

/** Names of the streams, by the API and by the kubelet. */
const STREAMS = { stdin: "input", stdout: "output", stderr: "error", tty: "tty" } as const;
/** What is on when the parameter is absent, by subresource. */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  exec: ["stdout", "stderr"],
  attach: ["stdout", "stderr"],
};
const LOG_OPTIONS = [
  "follow",
  "previous",
  "sinceSeconds",
  "sinceTime",
  "timestamps",
  "tailLines",
  "limitBytes",
  "stream",
];

function streamQuery(kind: "exec" | "attach", query: URLSearchParams): URLSearchParams {
  const made = new URLSearchParams();
  for (const [ours, theirs] of Object.entries(STREAMS))
    if (flag(query, ours, DEFAULTS[kind]?.includes(ours) ?? false)) made.set(theirs, "1");
  if (kind === "exec") for (const command of query.getAll("command")) made.append("command", command);
  return made;
}

function queryOf(kind: PodStream, query: URLSearchParams): URLSearchParams {
  if (kind === "exec" || kind === "attach") return streamQuery(kind, query);
  const wanted = kind === "log" ? LOG_OPTIONS : ["ports"];
  return new URLSearchParams([...query].filter(([name]) => wanted.includes(name)));
}

const ROOTS: Readonly<Record<PodStream, string>> = {
  exec: "exec",
  attach: "attach",
  portforward: "portForward",
  log: "containerLogs",
};

/** The URL at the kubelet at `base` (`https://<address>:10250`). */
export function kubeletLocation(base: string, kind: PodStream, pod: PodPlacement, query: URLSearchParams): URL {
  const names = [pod.namespace, pod.name, ...(kind === "portforward" ? [] : [pod.container ?? ""])];
  const url = new URL(`/${[ROOTS[kind], ...names].map(encodeURIComponent).join("/")}`, base);
  url.search = queryOf(kind, query).toString();
  return url;
}
