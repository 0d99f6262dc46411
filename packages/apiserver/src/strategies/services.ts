// Services: addresses and ports are claimed in the same transaction that writes the service.
import { type Cidr, fieldPath, formatIPv4, invalid, parseIPv4 } from "@knots/machinery";
import type { Random } from "@knots/std";
import type { Store } from "@knots/store";
import { invalidObject } from "../errors.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { Alongside } from "../registry/storage.ts";
import type { Claimed, Strategy } from "../registry/strategy.ts";
import { type Claim, isTaken, releaseKeys, reserveKeys } from "./claims.ts";

/** Ranges that services draw from. */
export interface ServiceRanges {
  readonly store: Store;
  readonly addresses: Cidr;
  readonly ports: readonly [number, number];
}

interface Port {
  readonly nodePort?: number;
  readonly protocol?: string;
}
interface Spec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly ports?: readonly Port[];
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly externalTrafficPolicy?: string;
  readonly healthCheckNodePort?: number;
  readonly ipFamilies?: readonly string[];
  readonly ipFamilyPolicy?: string;
}

const KIND = { group: "", kind: "Service" };
const ADDRESS_KEYS = "/registry/ranges/serviceips/";
const PORT_KEYS = "/registry/ranges/servicenodeports/";
const HEADLESS = "None";
const specOf = (service: AnyObject | undefined): Spec => service?.spec ?? {};
const isExternal = ({ type }: Spec): boolean => type === "ExternalName";
const hasAddress = (spec: Spec): boolean => !isExternal(spec) && !!spec.clusterIP && spec.clusterIP !== HEADLESS;

function usesNodePorts({ type, allocateLoadBalancerNodePorts = true }: Spec): boolean {
  return type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts);
}

const usesHealthPort = ({ type, externalTrafficPolicy }: Spec): boolean =>
  type === "LoadBalancer" && externalTrafficPolicy === "Local";

/** What the keys of claims start with. */
export const SERVICE_CLAIMS = [ADDRESS_KEYS, PORT_KEYS] as const;
/** Keys of everything that a Service claims. */
export const claimsOf = (service: AnyObject): readonly string[] => keysOf(specOf(service));

/** Keys of everything unique that a service holds. */
function keysOf(spec: Spec): readonly string[] {
  const address = hasAddress(spec) ? [`${ADDRESS_KEYS}${spec.clusterIP}`] : [];
  const ports = isExternal(spec)
    ? []
    : (spec.ports ?? []).map(({ nodePort }) => nodePort).concat(spec.healthCheckNodePort);
  return [...address, ...new Set(ports.filter((port) => !!port).map((port) => `${PORT_KEYS}${port}`))];
}

/** Random draws leave the low part of a range to those who ask for a certain number. */
function lowBand(size: number): number {
  return Math.min(Math.max(16, Math.floor(size / 16)), 256);
}

function drawAddress({ base, size }: Cidr, random: Random): string {
  const low = size > 32 ? lowBand(size) : 2;
  return formatIPv4(base + low + random.below(Math.max(1, size - low - 1)));
}

function drawPort([first, last]: readonly [number, number], random: Random): number {
  const size = last - first + 1;
  const low = size > 32 ? Math.min(lowBand(size), 128) : 0;
  return first + low + random.below(size - low);
}

function checkAddress({ addresses }: ServiceRanges, service: AnyObject, address: string): void {
  const { base, size, bits } = addresses;
  const number = parseIPv4(address);
  if (number !== undefined && number > base && number < base + size - 1) return;
  const elsewhere = number === undefined || number < base || number >= base + size;
  const why = elsewhere
    ? "the provided network does not match the current range"
    : `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${formatIPv4(base)}/${bits}`;
  const field = fieldPath("spec").child("clusterIPs").toString();
  throw refused(service, field, [address], `failed to allocate IP ${address}: ${why}`);
}

function refused(service: AnyObject, field: string, value: unknown, why: string): Error {
  return invalidObject(KIND, service.metadata.name ?? "", [invalid(fieldPath(field), value, why)]);
}

function withAddress(spec: Spec, ranges: ServiceRanges, random: Random): Spec {
  if (isExternal(spec)) return spec;
  const clusterIP = spec.clusterIP || spec.clusterIPs?.[0] || drawAddress(ranges.addresses, random);
  const families = { ipFamilies: spec.ipFamilies ?? ["IPv4"], ipFamilyPolicy: spec.ipFamilyPolicy ?? "SingleStack" };
  return { ...spec, clusterIP, clusterIPs: [clusterIP], ...families };
}

function withPorts(spec: Spec, ranges: ServiceRanges, random: Random): Spec {
  const drawn = usesNodePorts(spec)
    ? {
        ports: (spec.ports ?? []).map((port) =>
          port.nodePort ? port : { ...port, nodePort: drawPort(ranges.ports, random) },
        ),
      }
    : {};
  const health =
    usesHealthPort(spec) && !spec.healthCheckNodePort ? { healthCheckNodePort: drawPort(ranges.ports, random) } : {};
  return { ...spec, ...drawn, ...health };
}

/** Numbers that the client chose: losing those is an error, not a reason to draw again. */
function chosen(wanted: Spec, service: AnyObject): readonly Claim[] {
  const address = hasAddress(wanted)
    ? [
        {
          key: `${ADDRESS_KEYS}${wanted.clusterIP}`,
          error: () =>
            refused(
              service,
              "spec.clusterIPs",
              [wanted.clusterIP],
              `failed to allocate IP ${wanted.clusterIP}: provided IP is already allocated`,
            ),
        },
      ]
    : [];
  const ports = (wanted.ports ?? []).flatMap(({ nodePort }, index) =>
    nodePort
      ? [
          {
            key: `${PORT_KEYS}${nodePort}`,
            error: () =>
              refused(service, `spec.ports[${index}].nodePort`, nodePort, "provided port is already allocated"),
          },
        ]
      : [],
  );
  return [...address, ...ports];
}

function checkPorts({ ports: [first, last] }: ServiceRanges, service: AnyObject, spec: Spec): void {
  for (const [index, { nodePort }] of (spec.ports ?? []).entries()) {
    if (!nodePort || (nodePort >= first && nodePort <= last)) continue;
    const why = `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    throw refused(service, `spec.ports[${index}].nodePort`, nodePort, why);
  }
}

async function claim(
  ranges: ServiceRanges,
  service: AnyObject,
  old: AnyObject | undefined,
  random: Random,
): Promise<Claimed> {
  const wanted = specOf(service);
  const spec = withPorts(withAddress(wanted, ranges, random), ranges, random);
  const held = new Set(keysOf(specOf(old)));
  const needed = new Set(keysOf(spec));
  const fresh = [...needed].filter((key) => !held.has(key));
  if (hasAddress(spec) && !held.has(`${ADDRESS_KEYS}${spec.clusterIP}`))
    checkAddress(ranges, service, spec.clusterIP ?? "");
  checkPorts(ranges, service, wanted);
  const { namespace, name } = service.metadata;
  const reserve = reserveKeys(fresh, `${namespace}/${name}`);
  const release = releaseKeys([...held].filter((key) => !needed.has(key)));
  const alongside: Alongside = { compare: reserve.compare, writes: [...reserve.writes, ...release.writes] };
  const explicit = chosen(wanted, service).filter(({ key }) => !held.has(key));
  return { object: { ...service, spec }, alongside, lost: () => isTaken(ranges.store, explicit) };
}

/** Who writes only one of the two fields means both; who leaves the address out keeps it. */
function addressAfter(spec: Spec, before: Spec): Pick<Spec, "clusterIP" | "clusterIPs"> {
  const { clusterIP = "", clusterIPs = [] } = spec;
  const known = before.clusterIPs ?? [];
  const sameList = clusterIPs.length === 0 || clusterIPs.join() === known.join();
  if (!sameList) return {};
  if (clusterIP === "") return { clusterIP: before.clusterIP, clusterIPs: before.clusterIPs } as Spec;
  return { clusterIP, clusterIPs: clusterIP === before.clusterIP ? known : [clusterIP] };
}

/** Keeps what was allocated when an update leaves it out. */
function keepAllocated(service: AnyObject, old: AnyObject): AnyObject {
  const [spec, before] = [specOf(service), specOf(old)];
  if (isExternal(spec) || isExternal(before)) return service;
  const address = addressAfter(spec, before);
  const known = before.ports ?? [];
  const same = (a: object, b: object): boolean =>
    ["port", "protocol"].every((key) => a[key as never] === b[key as never]);
  const port = (one: Port): Port => {
    const nodePort = one.nodePort ?? known.find((other) => same(one, other))?.nodePort;
    return usesNodePorts(spec) && nodePort ? { ...one, nodePort } : one;
  };
  const families = {
    ipFamilies: spec.ipFamilies ?? before.ipFamilies,
    ipFamilyPolicy: spec.ipFamilyPolicy ?? before.ipFamilyPolicy,
  };
  const kept = { ...spec, ...address, ...families, ...(spec.ports && { ports: spec.ports.map(port) }) };
  return { ...service, spec: JSON.parse(JSON.stringify(kept)) as object };
}

/** The strategy over the cluster's ranges. */
export function serviceStrategy(ranges: ServiceRanges): Strategy {
  return {
    prepareCreate: (service) => ({ ...service, status: { loadBalancer: {} } }),
    prepareUpdate: keepAllocated,
    claim: (service, old, { random }) => claim(ranges, service, old, random),
    release: (service) => releaseKeys(keysOf(specOf(service))),
  };
}
