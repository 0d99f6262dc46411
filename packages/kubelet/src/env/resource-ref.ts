// Values of resourceFieldRef: requests and limits of a container in a given unit.
import type { Container, Pod, ResourceFieldSelector } from "@knots/api";
import { parseQuantity } from "@knots/machinery";
import { CreateContainerConfigError } from "./error.ts";

/** What the node can give to pods, by resource: stands in for limits that are not set. */
export type Allocatable = Readonly<Record<string, string>>;

const KNOWN = /^(requests|limits)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/;

const upwards = (amount: bigint, unit: bigint): bigint => (amount <= 0n ? amount / unit : (amount + unit - 1n) / unit);

/** Amounts are counted in thousandths for cpu and in whole units otherwise, then rounded up to the divisor. */
function inUnits(resource: string, amount: string, divisor: string): string {
  const step = resource === "cpu" ? 1_000_000n : 1_000_000_000n;
  const nanos = (text: string): bigint => upwards(parseQuantity(text)?.nanos ?? 0n, step);
  const unit = nanos(divisor);
  return String(upwards(nanos(amount), unit === 0n ? nanos("1") : unit));
}

type AnyContainer = Pick<Container, "name" | "resources">;

function containerNamed(pod: Pod, name: string): AnyContainer {
  const { containers, initContainers = [] } = pod.spec ?? { containers: [] };
  const found = [...containers, ...initContainers].find((container) => container.name === name);
  if (!found) throw new CreateContainerConfigError(`container ${name} not found`);
  return found;
}

/** The amount as a whole number of the divisor; `own` is meant when the selector names no container. */
export function resourceText(
  pod: Pod,
  selector: ResourceFieldSelector,
  allocatable: Allocatable,
  own?: AnyContainer,
): string {
  const { containerName = "", divisor = "0" } = selector;
  const container = containerName === "" && own ? own : containerNamed(pod, containerName);
  const [, list, resource = ""] = KNOWN.exec(selector.resource ?? "") ?? [];
  if (!list) throw new CreateContainerConfigError(`unsupported container resource : ${selector.resource}`);
  const { requests, limits } = container.resources ?? {};
  if (list === "requests") return inUnits(resource, requests?.[resource] ?? "0", divisor);
  const limit = limits?.[resource] ?? "0";
  const set = (parseQuantity(limit)?.nanos ?? 0n) !== 0n;
  return inUnits(resource, set ? limit : (allocatable[resource] ?? "0"), divisor);
}
