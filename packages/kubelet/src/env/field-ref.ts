// Values of fieldRef: fields of the pod as text.
import type { Pod } from "@knots/api";
import { CreateContainerConfigError } from "./error.ts";
import { goQuote } from "./go-quote.ts";

/** Addresses that the node knows before they stand in the pod's status; primary one first. */
export interface PodAddresses {
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
}

type Texts = Readonly<Record<string, string>>;

function mapText(values: Texts = {}): string {
  return Object.keys(values)
    .sort()
    .map((key) => `${key}=${goQuote(values[key] ?? "")}`)
    .join("\n");
}

type Read = (pod: Pod, addresses: PodAddresses) => string | undefined;

const FIELDS: Readonly<Record<string, Read>> = {
  "metadata.name": (pod) => pod.metadata.name,
  "metadata.namespace": (pod) => pod.metadata.namespace,
  "metadata.uid": (pod) => pod.metadata.uid,
  "metadata.labels": (pod) => mapText(pod.metadata.labels),
  "metadata.annotations": (pod) => mapText(pod.metadata.annotations),
  "spec.nodeName": (pod) => pod.spec?.nodeName,
  "spec.serviceAccountName": (pod) => pod.spec?.serviceAccountName,
  "status.hostIP": (_pod, { hostIPs }) => hostIPs[0],
  "status.hostIPs": (_pod, { hostIPs }) => hostIPs.join(","),
  "status.podIP": (_pod, { podIPs }) => podIPs[0],
  "status.podIPs": (_pod, { podIPs }) => podIPs.join(","),
};

const SUBSCRIPT = /^metadata\.(labels|annotations)\['(.*)'\]$/s;

/** The text of a field; a label or annotation that is not there is empty. Throws CreateContainerConfigError for other paths. */
export function fieldText(pod: Pod, path: string, addresses: PodAddresses): string {
  const match = SUBSCRIPT.exec(path);
  if (match) {
    const values = match[1] === "labels" ? pod.metadata.labels : pod.metadata.annotations;
    return values?.[match[2] ?? ""] ?? "";
  }
  const read = FIELDS[path];
  if (!read) throw new CreateContainerConfigError(`unsupported fieldPath: ${path}`);
  return read(pod, addresses) ?? "";
}
