// What is let in and yet worth a word: lists of containers that name the same thing twice, where a patch or an apply would keep one of them.
import { type FieldPath, fieldPath } from "@knots/machinery";
import type { AnyObject } from "../registry/objects.ts";
import type { Strategy } from "../registry/strategy.ts";

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}
interface Port {
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly protocol?: string;
}
interface Container {
  readonly env?: readonly Variable[];
  readonly ports?: readonly Port[];
}
interface PodSpec {
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[];
}

/** A later variable of a name takes over unless it builds on the earlier one. */
function* hiddenVariables(path: FieldPath, env: readonly Variable[] = []): Iterable<string> {
  const seen = new Set<string>();
  for (const [index, { name, value = "", valueFrom }] of env.entries()) {
    const before = (): string => `$(${name})`;
    const builds = (): boolean => valueFrom === undefined && value !== before() && value.includes(before());
    if (seen.has(name) && !builds()) {
      yield `${path.index(index).toString()}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
    }
    seen.add(name);
  }
}

/** The same port twice, unless both are shown under ports of the node that differ. */
function* repeatedPorts(path: FieldPath, ports: readonly Port[] = []): Iterable<string> {
  for (const [index, port] of ports.entries()) {
    const first = ports.findIndex(
      (other) =>
        other.containerPort === port.containerPort &&
        (other.protocol ?? "TCP") === (port.protocol ?? "TCP") &&
        (other.hostPort ?? 0) === (port.hostPort ?? 0),
    );
    if (first < index)
      yield `${path.index(index).toString()}: duplicate port definition with ${path.index(first).toString()}`;
  }
}

/** Warnings about the pod at `path`. */
function* podWarnings(path: FieldPath, spec: PodSpec | undefined): Iterable<string> {
  for (const list of ["initContainers", "containers"] as const) {
    for (const [index, { env, ports }] of (spec?.[list] ?? []).entries()) {
      const at = path.child(list).index(index);
      yield* hiddenVariables(at.child("env"), env);
      yield* repeatedPorts(at.child("ports"), ports);
    }
  }
}

const at = (object: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], object);

/** Warns of the pods that a kind keeps under `path`. */
export const warnsOfPod = (...path: readonly string[]): Required<Pick<Strategy, "warnings">> => ({
  warnings: (object: AnyObject) => podWarnings(fieldPath(path.join(".")), at(object, path) as PodSpec | undefined),
});
