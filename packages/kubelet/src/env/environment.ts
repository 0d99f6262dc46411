// The environment of a container: a pure function over the objects that it refers to.
import type { ConfigMap, Container, EnvFromSource, EnvVar, Pod, Secret, Service } from "@knots/api";
import { envVarName } from "@knots/machinery";
import { CreateContainerConfigError } from "./error.ts";
import { expand } from "./expand.ts";
import { fieldText, type PodAddresses } from "./field-ref.ts";
import { type Allocatable, resourceText } from "./resource-ref.ts";
import { serviceVariables } from "./service-links.ts";

/** Reads the objects that variables come from; undefined when there is no such object. */
export interface EnvironmentSources {
  configMap(namespace: string, name: string): ConfigMap | undefined;
  secret(namespace: string, name: string): Secret | undefined;
  /** At least the services of the pod's namespace and `default/kubernetes`. */
  services(): readonly Service[];
}

type AnyContainer = Pick<Container, "name" | "env" | "envFrom" | "resources">;

export interface EnvironmentInput extends PodAddresses {
  readonly pod: Pod;
  /** An ordinary, init or ephemeral container of the pod. */
  readonly container: AnyContainer;
  readonly allocatable: Allocatable;
  readonly sources: EnvironmentSources;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
}

export interface Environment {
  /** Names are unique. Those of envFrom come first, then those of env, then those of services. */
  readonly variables: readonly Variable[];
  /** Sentences for events of reason `InvalidEnvironmentVariableNames`: keys that cannot be names. */
  readonly skipped: readonly string[];
}

interface Found {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

const text = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");

interface Reference {
  readonly name?: string;
  readonly optional?: boolean;
}

/** The texts of an object; undefined when it is missing and may be. */
function valuesOf(input: EnvironmentInput, kind: Found["kind"], reference: Reference): Found | undefined {
  const { name = "", optional = false } = reference;
  const namespace = input.pod.metadata.namespace;
  const object = kind === "Secret" ? input.sources.secret(namespace, name) : input.sources.configMap(namespace, name);
  if (!object) {
    if (optional) return undefined;
    throw new CreateContainerConfigError(`${kind.toLowerCase()} "${name}" not found`);
  }
  const data = object.data ?? {};
  const values = kind === "Secret" ? Object.fromEntries(Object.entries(data).map(([k, v]) => [k, text(v)])) : data;
  return { kind, name, values };
}

interface KeyReference extends Reference {
  readonly key: string;
}

function keyText(input: EnvironmentInput, kind: Found["kind"], reference: KeyReference): string | undefined {
  const value = valuesOf(input, kind, reference)?.values[reference.key];
  if (value !== undefined || reference.optional) return value;
  const place = `${input.pod.metadata.namespace}/${reference.name}`;
  throw new CreateContainerConfigError(`couldn't find key ${reference.key} in ${kind} ${place}`);
}

/** The value of one entry; undefined when it comes from something optional that is missing. */
function valueFor(input: EnvironmentInput, variable: EnvVar, lookup: Parameters<typeof expand>[1]): string | undefined {
  if (variable.value) return expand(variable.value, lookup);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {};
  if (fieldRef) return fieldText(input.pod, fieldRef.fieldPath, input);
  if (resourceFieldRef) return resourceText(input.pod, resourceFieldRef, input.allocatable, input.container);
  if (configMapKeyRef) return keyText(input, "ConfigMap", configMapKeyRef);
  if (secretKeyRef) return keyText(input, "Secret", secretKeyRef);
  if (variable.valueFrom) throw new CreateContainerConfigError(`unsupported source of variable ${variable.name}`);
  return "";
}

function fromAll(input: EnvironmentInput, { prefix = "", configMapRef, secretRef }: EnvFromSource) {
  const found = configMapRef
    ? valuesOf(input, "ConfigMap", configMapRef)
    : secretRef && valuesOf(input, "Secret", secretRef);
  const keys = Object.keys(found?.values ?? {}).sort();
  const pairs = keys.map((key) => [prefix + key, found?.values[key] ?? ""] as const);
  const bad = pairs.filter(([name]) => envVarName(name) !== undefined).map(([name]) => name);
  const place = `${found?.kind} ${input.pod.metadata.namespace}/${found?.name}`;
  const sentence = `Keys [${bad.join(", ")}] from the EnvFrom ${place} were skipped since they are considered invalid environment variable names.`;
  return {
    pairs: pairs.filter(([name]) => envVarName(name) === undefined),
    skipped: bad.length > 0 ? [sentence] : [],
  };
}

/** Makes the environment. Throws {@link CreateContainerConfigError} when something that is needed is missing. */
export function environmentOf(input: EnvironmentInput): Environment {
  const { container, pod, sources } = input;
  const services = serviceVariables(pod, sources.services());
  const lists = (container.envFrom ?? []).map((source) => fromAll(input, source));
  const values = new Map(lists.flatMap(({ pairs }) => pairs));
  const lookup = (name: string): string | undefined => values.get(name) ?? services.get(name);
  for (const variable of container.env ?? []) {
    const value = valueFor(input, variable, lookup);
    if (value !== undefined) values.set(variable.name, value);
  }
  const rest = [...services].filter(([name]) => !values.has(name));
  return {
    variables: [...values, ...rest].map(([name, value]) => ({ name, value })),
    skipped: lists.flatMap(({ skipped }) => skipped),
  };
}
