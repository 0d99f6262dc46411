// Rules of storage classes, drivers and capacities.
import {
  type Check,
  compareQuantities,
  duplicate,
  type FieldError,
  fieldPath,
  forbidden,
  invalid,
  type LabelSelector,
  qualifiedName,
  required,
  type TextCheck,
  tooLong,
} from "@knots/machinery";
import { deepEqual } from "@knots/std";
import { checkText, checkUnchanged, checkUnique } from "../../checks.ts";

const DRIVER = /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/;

/** Name of a CSI driver: a domain of at most 63 characters. */
export const driverName: TextCheck = (name) => {
  if (name.length > 63) return "must be no more than 63 bytes";
  if (DRIVER.test(name)) return undefined;
  return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
};

/** The parts of a class that name where volumes come from stay what they were. */
export const classStays = (...fields: readonly string[]): Check<object> =>
  function* (value, { old }): Iterable<FieldError> {
    if (!old) return;
    const [now, was] = [value as Record<string, unknown>, old as Record<string, unknown>];
    for (const name of fields) {
      if (!deepEqual(now[name], was[name])) yield forbidden(fieldPath(name), `updates to ${name} are forbidden.`);
    }
  };

/** A provisioner is a qualified name. */
export const provisionerIsNamed: Check<{ readonly provisioner?: string }> = function* ({ provisioner = "" }) {
  yield* checkText(fieldPath("provisioner"), provisioner.toLowerCase(), qualifiedName);
};

export const driverIsNamed: Check<{ readonly driverName: string }> = function* ({ driverName: name }) {
  yield* checkText(fieldPath("driverName"), name, driverName);
};

export const hasParameters: Check<{ readonly parameters?: object }> = function* ({ parameters = {} }) {
  if (Object.keys(parameters).length === 0) {
    yield required(fieldPath("parameters"), "must contain at least one key/value pair");
  }
};

interface TopologiesView {
  readonly allowedTopologies?: readonly {
    readonly matchLabelExpressions?: readonly { readonly key?: string; readonly values?: readonly string[] }[];
  }[];
}
/** No two terms are the same, and no term has two rules for one label or one value twice. */
export const topologiesDiffer: Check<TopologiesView> = function* ({ allowedTopologies = [] }) {
  const path = fieldPath("allowedTopologies");
  for (const [index, { matchLabelExpressions: rules = [] }] of allowedTopologies.entries()) {
    const at = path.index(index);
    if (allowedTopologies.slice(0, index).some((other) => deepEqual(other, allowedTopologies[index]))) {
      yield duplicate(at.child("matchLabelExpressions"), "");
    }
    const keyAt = (place: number) => at.child("matchLabelExpressions").index(place);
    yield* checkUnique(
      rules,
      ({ key }) => key,
      (place, key) => duplicate(keyAt(place).child("key"), key),
    );
    for (const [place, { values = [] }] of rules.entries()) {
      yield* checkUnique(
        values,
        (value) => value,
        (spot, value) => duplicate(keyAt(place).child("values").index(spot), value),
      );
    }
  }
};

/** Each audience is asked for once. */
export const audiencesDiffer: Check<{ readonly tokenRequests?: readonly { readonly audience: string }[] }> = function* (
  { tokenRequests = [] },
  { path },
) {
  const seen = new Set<string>();
  for (const [index, { audience }] of tokenRequests.entries()) {
    if (seen.has(audience)) yield duplicate(path.child("tokenRequests").index(index).child("audience"), audience);
    seen.add(audience);
  }
};

/** Keys of topologies are label keys, each once; what a driver said of its place stays. */
export const topologyKeys: Check<{
  readonly name: string;
  readonly nodeID: string;
  readonly topologyKeys?: readonly string[];
}> = function* (driver, { path, old }) {
  const keys = driver.topologyKeys ?? [];
  const at = path.child("topologyKeys");
  yield* checkText(path.child("name"), driver.name, driverName);
  for (const [index, key] of keys.entries()) yield* checkText(at.index(index), key, qualifiedName);
  yield* checkUnique(
    keys,
    (key) => key,
    (index, key) => duplicate(at.index(index), key),
  );
  if (!old) return;
  yield* checkUnchanged(path.child("nodeID"), driver.nodeID, old.nodeID);
  yield* checkUnchanged(at, keys, old.topologyKeys ?? []);
};

/** Amounts are not below zero. */
export const notNegative = (...fields: readonly string[]): Check<object> =>
  function* (value): Iterable<FieldError> {
    for (const name of fields) {
      const amount = (value as Record<string, unknown>)[name];
      if (typeof amount !== "string") continue;
      if (compareQuantities(amount, "0") < 0) {
        yield invalid(fieldPath(name), amount, "must be greater than or equal to 0");
      }
    }
  };

/** What the numbers are about stays. */
export const capacityStays: Check<{ readonly nodeTopology?: LabelSelector; readonly storageClassName: string }> =
  function* (value, { old }) {
    if (!old) return;
    yield* checkUnchanged(fieldPath("nodeTopology"), value.nodeTopology, old.nodeTopology);
    yield* checkUnchanged(fieldPath("storageClassName"), value.storageClassName, old.storageClassName);
  };

/** A volume is meant by name or described, not both. */
export const oneSource: Check<{ readonly persistentVolumeName?: string; readonly inlineVolumeSpec?: object }> =
  function* ({ persistentVolumeName: name, inlineVolumeSpec }, { path }) {
    if (inlineVolumeSpec && name !== undefined) {
      yield forbidden(path, "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
    }
    if (!inlineVolumeSpec && (name === undefined || name === "")) {
      yield required(path, "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
    }
  };

export const attacherIsNamed: Check<{ readonly attacher: string }> = function* ({ attacher }, { path }) {
  yield* checkText(path.child("attacher"), attacher, driverName);
};

const MAX_ERROR = 1024;
export const errorIsShort: Check<{ readonly message?: string }> = function* ({ message = "" }, { path }) {
  if (message.length > MAX_ERROR) yield tooLong(path.child("message"), MAX_ERROR);
};
