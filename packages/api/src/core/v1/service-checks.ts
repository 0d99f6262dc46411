// Rules of a service: ports, addresses, and what goes with which type.
import {
  type Check,
  cidr,
  dns1123Subdomain,
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  ipAddress,
  required,
} from "@knots/machinery";
import { checkLabels, checkNames, checkPort, checkText } from "../../checks.ts";

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}
interface ServiceView {
  readonly type?: string;
  readonly ports?: readonly Port[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly externalIPs?: readonly string[];
  readonly externalName?: string;
  readonly externalTrafficPolicy?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
}

const HEADLESS = "None";
const takesNodePorts = (type = "ClusterIP"): boolean => type === "NodePort" || type === "LoadBalancer";

function* checkNodePorts(ports: readonly Port[], type: string, path: FieldPath): Iterable<FieldError> {
  const taken = new Set<string>();
  for (const [index, { nodePort = 0, protocol = "TCP" }] of ports.entries()) {
    if (nodePort === 0) continue;
    const at = path.index(index).child("nodePort");
    if (!takesNodePorts(type)) yield forbidden(at, `may not be used when \`type\` is '${type}'`);
    const key = `${protocol}/${nodePort}`;
    if (taken.has(key)) yield duplicate(at, nodePort);
    taken.add(key);
  }
}

/** Ports are there, named where there are several, and lead to ports. */
export const servicePorts: Check<ServiceView> = function* ({ type = "ClusterIP", ports = [], clusterIP }, { path }) {
  const at = path.child("ports");
  if (ports.length === 0 && type !== "ExternalName" && clusterIP !== HEADLESS) yield required(at);
  for (const [index, { name = "", targetPort }] of ports.entries()) {
    if (name === "" && ports.length > 1) yield required(at.index(index).child("name"));
    yield* checkPort(at.index(index).child("targetPort"), targetPort);
  }
  yield* checkNames(at, ports);
  yield* checkNodePorts(ports, type, at);
};

/** What goes with the type of a service and what does not. */
export const fittingType: Check<ServiceView> = function* (spec, { path }) {
  const { type = "ClusterIP", clusterIP = "", externalName = "", externalIPs = [], externalTrafficPolicy = "" } = spec;
  if (takesNodePorts(type) && clusterIP === HEADLESS) {
    yield invalid(path.child("clusterIPs").index(0), HEADLESS, `may not be set to 'None' for ${type} services`);
  }
  if (type === "ExternalName") {
    if (clusterIP !== "") yield forbidden(path.child("clusterIPs"), "may not be set for ExternalName services");
    if (externalName === "") yield required(path.child("externalName"));
    else yield* checkText(path.child("externalName"), externalName.replace(/\.$/, ""), dns1123Subdomain);
  }
  if (externalTrafficPolicy !== "" && !takesNodePorts(type) && externalIPs.length === 0) {
    const detail = "may only be set for externally-accessible services";
    yield invalid(path.child("externalTrafficPolicy"), externalTrafficPolicy, detail);
  }
};

/** Addresses are addresses, networks are networks, the selector holds labels. */
export const serviceAddresses: Check<ServiceView> = function* (spec, { path }) {
  const { clusterIP = "", clusterIPs = [], externalIPs = [], loadBalancerSourceRanges = [] } = spec;
  yield* checkLabels(path.child("selector"), spec.selector);
  const first = path.child("clusterIPs").index(0);
  if (clusterIP !== HEADLESS) yield* checkText(first, clusterIP, ipAddress);
  if (clusterIP !== "" && clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    yield invalid(path.child("clusterIPs"), clusterIPs, "first value must match `clusterIP`");
  }
  for (const [index, address] of externalIPs.entries()) {
    yield* checkText(path.child("externalIPs").index(index), address, ipAddress);
  }
  for (const [index, range] of loadBalancerSourceRanges.entries()) {
    yield* checkText(path.child("loadBalancerSourceRanges").index(index), range.trim(), cidr);
  }
};

/** The address of a service stays, unless it becomes or was one without. */
export const addressStays: Check<ServiceView> = function* (spec, { path, old }) {
  if (!old || old.type === "ExternalName" || spec.type === "ExternalName") return;
  const { clusterIP = "" } = old;
  if (clusterIP === "" || spec.clusterIP === clusterIP) return;
  yield invalid(path.child("clusterIPs").index(0), [spec.clusterIP ?? ""], "may not change once set");
};
