// Rules of one container: environment, ports, mounts, resources, probes, hooks.
import {
  type Check,
  compareQuantities,
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  qualifiedName,
  quantityMilli,
  required,
} from "@knots/machinery";
import { checkNames, checkPort, checkText, checkUnique } from "../../checks.ts";

interface Handler {
  readonly exec?: object;
  readonly httpGet?: { readonly port?: number | string };
  readonly tcpSocket?: { readonly port?: number | string };
  readonly grpc?: object;
  readonly sleep?: object;
}
const HANDLERS = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] as const;

/** Exactly one action is set, and its port is one. */
function* checkHandler(path: FieldPath, handler: Handler): Iterable<FieldError> {
  const set = HANDLERS.filter((name) => handler[name] !== undefined);
  if (set.length === 0) yield required(path, "must specify a handler type");
  for (const name of set.slice(1)) yield forbidden(path.child(name), "may not specify more than 1 handler type");
  yield* checkPort(path.child("httpGet", "port"), handler.httpGet?.port);
  yield* checkPort(path.child("tcpSocket", "port"), handler.tcpSocket?.port);
}

interface ProbeView extends Handler {
  readonly successThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
}
interface ProbedView {
  readonly livenessProbe?: ProbeView;
  readonly readinessProbe?: ProbeView;
  readonly startupProbe?: ProbeView;
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler };
}

/** Probes and hooks do one thing each; only readiness may need several successes. */
export const probesAndHooks: Check<ProbedView> = function* (container, { path }) {
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"] as const) {
    const probe = container[name];
    if (!probe) continue;
    const at = path.child(name);
    yield* checkHandler(at, probe);
    if (name !== "readinessProbe" && (probe.successThreshold ?? 1) !== 1) {
      yield invalid(at.child("successThreshold"), probe.successThreshold, "must be 1");
    }
    if (name === "readinessProbe" && probe.terminationGracePeriodSeconds !== undefined) {
      const at = path.child(name, "terminationGracePeriodSeconds");
      yield invalid(at, probe.terminationGracePeriodSeconds, "must not be set for readinessProbes");
    }
  }
  for (const name of ["postStart", "preStop"] as const) {
    const hook = container.lifecycle?.[name];
    if (hook) yield* checkHandler(path.child("lifecycle", name), hook);
  }
};

interface EnvSource {
  readonly fieldRef?: { readonly fieldPath: string };
}
interface EnvView {
  readonly env?: readonly { readonly value?: string; readonly valueFrom?: EnvSource }[];
}

/** Fields of a pod that a variable can show. */
const ENV_FIELDS = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];
const ENV_MAP_FIELD = /^metadata\.(labels|annotations)\['[^']+'\]$/;

function* checkEnvSource(path: FieldPath, source: EnvSource): Iterable<FieldError> {
  const set = Object.values(source).filter((one) => one !== undefined).length;
  if (set === 0) {
    const detail =
      "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
    yield invalid(path, "", detail);
  } else if (set > 1) yield invalid(path, "", "may not have more than one field specified at a time");
  const field = source.fieldRef?.fieldPath ?? "";
  if (field !== "" && !ENV_FIELDS.includes(field) && !ENV_MAP_FIELD.test(field)) {
    yield notSupported(path.child("fieldRef", "fieldPath"), field, ENV_FIELDS);
  }
}

/** A variable has a value or a source, not both; a source is one thing. */
export const envSources: Check<EnvView> = function* ({ env = [] }, { path }) {
  for (const [index, { value = "", valueFrom }] of env.entries()) {
    if (!valueFrom) continue;
    const at = path.child("env").index(index).child("valueFrom");
    yield* checkEnvSource(at, valueFrom);
    if (value !== "") yield invalid(at, "", "may not be specified when `value` is not empty");
  }
};

interface MountsView {
  readonly volumeMounts?: readonly { readonly mountPath: string; readonly subPath?: string }[];
  readonly volumeDevices?: readonly { readonly devicePath: string }[];
  readonly ports?: readonly { readonly name?: string }[];
}

/** Mount and device paths and port names differ; sub paths stay inside. */
export const distinctPlaces: Check<MountsView> = function* (
  { volumeMounts = [], volumeDevices = [], ports = [] },
  { path },
) {
  yield* checkNames(path.child("ports"), ports);
  const mounts = path.child("volumeMounts");
  yield* checkUnique(
    volumeMounts,
    ({ mountPath }) => mountPath,
    (index, text) => invalid(mounts.index(index).child("mountPath"), text, "must be unique"),
  );
  for (const [index, { subPath = "" }] of volumeMounts.entries()) {
    const at = mounts.index(index).child("subPath");
    if (subPath.startsWith("/")) yield invalid(at, subPath, "must be a relative path");
    if (subPath.split("/").includes("..")) yield invalid(at, subPath, "must not contain '..'");
  }
  yield* checkUnique(
    volumeDevices,
    ({ devicePath }) => devicePath,
    (index, text) => invalid(path.child("volumeDevices").index(index).child("devicePath"), text, "must be unique"),
  );
};

type Amounts = Readonly<Record<string, string>>;
const STANDARD_RESOURCES = ["cpu", "memory", "ephemeral-storage"];

function isContainerResource(name: string): boolean {
  return name.includes("/") || STANDARD_RESOURCES.includes(name) || name.startsWith("hugepages-");
}

function* checkAmounts(path: FieldPath, amounts: Amounts): Iterable<FieldError> {
  for (const [name, amount] of Object.entries(amounts)) {
    const at = path.key(name);
    yield* checkText(at, name, qualifiedName);
    if (!isContainerResource(name)) yield invalid(at, name, "must be a standard resource for containers");
    if (quantityMilli(amount) < 0) yield invalid(at, amount, "must be greater than or equal to 0");
  }
}

/** Amounts are amounts of known resources, and requests stay within limits. */
export const requestsWithinLimits: Check<{ readonly requests?: Amounts; readonly limits?: Amounts }> = function* (
  { requests = {}, limits = {} },
  { path },
) {
  yield* checkAmounts(path.child("limits"), limits);
  yield* checkAmounts(path.child("requests"), requests);
  for (const [name, request] of Object.entries(requests)) {
    const limit = limits[name];
    if (limit === undefined || compareQuantities(request, limit) <= 0) continue;
    yield invalid(path.child("requests"), request, `must be less than or equal to ${name} limit of ${limit}`);
  }
};

interface PrivilegesView {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
}
/** Privileges cannot be had and forbidden at once. */
export const consistentPrivileges: Check<PrivilegesView> = function* (context, { path }) {
  if (context.privileged !== true || context.allowPrivilegeEscalation !== false) return;
  yield invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
};

export const imageNamed: Check<{ readonly image?: string }> = function* ({ image = "" }, { path }) {
  if (image.trim() === "") yield required(path.child("image"));
  else if (image !== image.trim()) {
    yield invalid(path.child("image"), image, "must not have leading or trailing whitespace");
  }
};

interface HostPorts {
  readonly ports?: readonly {
    readonly containerPort: number;
    readonly hostPort?: number;
    readonly hostIP?: string;
    readonly protocol?: string;
  }[];
}

/** Ports of the node are taken once per pod, and are the container's own where it uses the node's network. */
export function* checkHostPorts(
  containers: readonly HostPorts[],
  path: FieldPath,
  hostNetwork: boolean,
): Iterable<FieldError> {
  const taken = new Set<string>();
  for (const [index, { ports = [] }] of containers.entries()) {
    for (const [number, port] of ports.entries()) {
      const { hostPort = 0, hostIP = "", protocol = "TCP", containerPort } = port;
      if (hostPort === 0) continue;
      const at = path.index(index).child("ports").index(number);
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) yield duplicate(at.child("hostPort"), key);
      taken.add(key);
      if (hostNetwork && hostPort !== containerPort) {
        yield invalid(at.child("containerPort"), containerPort, "must match `hostPort` when `hostNetwork` is true");
      }
    }
  }
}
