// Amounts of resources as numbers: what a pod requests and what a node offers.
import type { Pod } from "@knots/api";
import { quantityMilli, quantityValue } from "@knots/machinery";

/** Amounts by resource name: cpu in thousandths of a core, everything else in whole units (bytes, pieces). */
export type Amounts = Readonly<Record<string, number>>;
type Quantities = Readonly<Record<string, string>> | undefined;

/** What a container without requests is taken to need when nodes are compared. */
const USUAL: Amounts = { cpu: 100, memory: 200 * 1024 * 1024 };
const parsed = new Map<string, number>();
const PARSED_LIMIT = 4096;

function amount(name: string, text: string): number {
  const key = `${name === "cpu" ? "m" : "u"}${text}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const value = name === "cpu" ? quantityMilli(text) : quantityValue(text);
  if (parsed.size < PARSED_LIMIT) parsed.set(key, value);
  return value;
}

/** Reads a resource list. */
export const amountsOf = (quantities: Quantities): Amounts =>
  Object.fromEntries(Object.entries(quantities ?? {}).map(([name, text]) => [name, amount(name, text)]));

function combine(a: Amounts, b: Amounts, how: (left: number, right: number) => number): Amounts {
  const result: Record<string, number> = { ...a };
  for (const [name, value] of Object.entries(b)) result[name] = how(result[name] ?? 0, value);
  return result;
}
export const plus = (a: Amounts, b: Amounts): Amounts => combine(a, b, (left, right) => left + right);
export const minus = (a: Amounts, b: Amounts): Amounts => combine(a, b, (left, right) => left - right);
const larger = (a: Amounts, b: Amounts): Amounts => combine(a, b, Math.max);

type Spec = NonNullable<Pod["spec"]>;
type Container = NonNullable<Spec["initContainers"]>[number];

function total(spec: Spec, requestOf: (container: Container) => Amounts): Amounts {
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    const request = requestOf(container);
    if (container.restartPolicy === "Always") sidecars = plus(sidecars, request);
    starting = larger(starting, container.restartPolicy === "Always" ? sidecars : plus(sidecars, request));
  }
  const running = (spec.containers ?? []).map(requestOf).reduce(plus, sidecars);
  // Requests of the pod as a whole stand for those of its containers.
  const whole = { ...larger(running, starting), ...amountsOf(spec.resources?.requests) };
  return plus(whole, amountsOf(spec.overhead));
}

/** What a pod requests: the larger of its start (init containers one by one) and its run, plus overhead. */
export const requestOf = (pod: Pod): Amounts =>
  pod.spec ? total(pod.spec, ({ resources }) => amountsOf(resources?.requests)) : {};

/** The same with a usual amount for containers that request no cpu or memory, so that they count when nodes are compared. */
export const usualRequestOf = (pod: Pod): Amounts =>
  pod.spec ? total(pod.spec, ({ resources }) => ({ ...USUAL, ...amountsOf(resources?.requests) })) : {};
