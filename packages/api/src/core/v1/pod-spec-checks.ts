// Rules of a pod's spec that look across its parts.
import {
  type Check,
  dns1123Subdomain,
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  labelValue,
  notFound,
  required,
} from "@knots/machinery";
import { checkText } from "../../checks.ts";
import type { Container } from "./container.ts";
import { checkHostPorts } from "./container-checks.ts";
import type { EphemeralContainer } from "./ephemeral-container.ts";
import type { PodDNSConfig } from "./pod-network.ts";
import type { Volume } from "./volume.ts";

interface PodSpecView {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly EphemeralContainer[];
  readonly volumes?: readonly Volume[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly dnsPolicy?: string;
  readonly dnsConfig?: PodDNSConfig;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly serviceAccountName?: string;
  readonly nodeName?: string;
  readonly priorityClassName?: string;
}

/** Names of containers differ over all three lists; within a list the list itself sees to it. */
export const distinctContainers: Check<PodSpecView> = function* (spec, { path }) {
  const taken = new Set((spec.containers ?? []).map(({ name }) => name));
  for (const list of ["initContainers", "ephemeralContainers"] as const) {
    const names = (spec[list] ?? []).map(({ name }) => name);
    for (const [index, name] of names.entries()) {
      if (taken.has(name)) yield duplicate(path.child(list).index(index).child("name"), name);
    }
    for (const name of names) taken.add(name);
  }
};

const LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** What a container uses of the pod's volumes: where, and which. */
function* usesOf(container: Pick<Container, "volumeMounts" | "volumeDevices">, path: FieldPath) {
  for (const use of ["volumeMounts", "volumeDevices"] as const) {
    for (const [place, { name }] of (container[use] ?? []).entries()) {
      yield { path: path.child(use).index(place).child("name"), name };
    }
  }
}

type Mounting = Pick<PodSpecView, (typeof LISTS)[number] | "volumes">;

/** One fault per mount or device that names neither a volume of the pod nor one of `further`. */
export function* lostMounts(spec: Mounting, path: FieldPath, further: readonly string[] = []): Iterable<FieldError> {
  const volumes = new Set(["", ...(spec.volumes ?? []).map(({ name }) => name), ...further]);
  for (const list of LISTS) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      const lost = usesOf(container, path.child(list).index(index)).filter(({ name }) => !volumes.has(name));
      for (const { path: at, name } of lost) yield notFound(at, name);
    }
  }
}

/** Mounts and devices name a volume of the pod. */
export const mountsFindVolumes: Check<PodSpecView> = (spec, { path }) => lostMounts(spec, path);

const NOT_FOR_INIT = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const;

/** Init containers that must end have no probes and no hooks. */
export const initContainersEnd: Check<PodSpecView> = function* ({ initContainers = [] }, { path }) {
  for (const [index, container] of initContainers.entries()) {
    if (container.restartPolicy === "Always") continue;
    const at = path.child("initContainers").index(index);
    for (const name of NOT_FOR_INIT) {
      if (container[name] === undefined) continue;
      yield forbidden(at.child(name), "may not be set for init containers without restartPolicy=Always");
    }
  }
};

/** A pod with a user namespace of its own shares no other namespace with its node; the fields are spelled as upstream tells them. */
export const ownUsersShareNothing: Check<PodSpecView> = function* (spec, { path }) {
  if (spec.hostUsers !== false) return;
  const shared = { hostNetwork: spec.hostNetwork, HostPID: spec.hostPID, HostIPC: spec.hostIPC };
  for (const [name, value] of Object.entries(shared)) {
    if (value) yield forbidden(path.child(name), "when `hostUsers` is false");
  }
};

export const hostPortsTakenOnce: Check<PodSpecView> = function* (spec, { path }) {
  const hostNetwork = spec.hostNetwork === true;
  yield* checkHostPorts(spec.containers ?? [], path.child("containers"), hostNetwork);
  yield* checkHostPorts(spec.initContainers ?? [], path.child("initContainers"), hostNetwork);
};

export const resolverHasServers: Check<PodSpecView> = function* ({ dnsPolicy, dnsConfig }, { path }) {
  if (dnsPolicy !== "None" || (dnsConfig?.nameservers ?? []).length > 0) return;
  const detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
  yield dnsConfig
    ? required(path.child("dnsConfig", "nameservers"), detail)
    : required(path.child("dnsConfig"), "must provide `dnsConfig` when `dnsPolicy` is None");
};

/** Names of other objects are names, and the node selector holds labels. */
export const namesOfOthers: Check<PodSpecView> = function* (spec, { path }) {
  for (const name of ["serviceAccountName", "nodeName", "priorityClassName"] as const) {
    yield* checkText(path.child(name), spec[name], dns1123Subdomain);
  }
  for (const value of Object.values(spec.nodeSelector ?? {})) {
    yield* checkText(path.child("nodeSelector"), value, labelValue);
  }
};
