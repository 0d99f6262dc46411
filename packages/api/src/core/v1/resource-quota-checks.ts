// Rules of quotas: resources that can be bounded, scopes that fit them and each other, and scopes that stay.
import { type Check, type FieldError, type FieldPath, invalid, required } from "@knots/machinery";
import { checkUnchanged } from "../../checks.ts";
import { type Amounts, checkAmount, checkResourceName, isQuotaResource } from "./amounts.ts";

interface Rule {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}
interface Spec {
  readonly hard?: Amounts;
  readonly scopes?: readonly string[];
  readonly scopeSelector?: { readonly matchExpressions?: readonly Rule[] };
}

const SCOPES = [
  "Terminating",
  "NotTerminating",
  "BestEffort",
  "NotBestEffort",
  "PriorityClass",
  "CrossNamespacePodAffinity",
  "VolumeAttributesClass",
];
const OPPOSITES = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
];

/** Whether objects of a scope use a resource at all: pods use all of theirs, best-effort pods are only counted. */
function fits(scope: string, name: string): boolean {
  if (scope === "VolumeAttributesClass") return name === "persistentvolumeclaims" || name === "requests.storage";
  if (scope === "BestEffort") return name === "pods";
  const compute = /^(requests\.|limits\.)?(cpu|memory|ephemeral-storage)$/.test(name);
  return name === "pods" || compute || /^(requests\.)?hugepages-/.test(name);
}

/** Bounds are amounts of resources that quotas know. */
export const hardAmounts: Check<Spec> = function* ({ hard = {} }, { path }) {
  for (const [name, amount] of Object.entries(hard)) {
    const at = path.child("hard").key(name);
    yield* checkResourceName(at, name, isQuotaResource, "must be a standard resource for quotas");
    yield* checkAmount(at, name, amount);
  }
};

function misfits(scope: string, hard: Amounts = {}): readonly string[] {
  return Object.keys(hard).filter((name) => isQuotaResource(name) && !fits(scope, name));
}

/** Scopes are known, fit the resources and do not exclude each other. */
export const plainScopes: Check<Spec> = function* ({ scopes = [], hard }, { path }) {
  const at = path.child("scopes");
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) yield invalid(at, scopes, "unsupported scope");
    else if (misfits(scope, hard).length > 0) yield invalid(at, scopes, "unsupported scope applied to resource");
  }
  if (OPPOSITES.some((pair) => pair.every((scope) => scopes.includes(scope)))) {
    yield invalid(at, scopes, "conflicting scopes");
  }
};

const EXISTS_ONLY =
  "must be 'Exist' only operator when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

function* checkValues(path: FieldPath, { operator, values = [] }: Rule): Iterable<FieldError> {
  if (operator === "In" || operator === "NotIn") {
    if (values.length > 0) return;
    yield required(
      path.child("values"),
      "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    );
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length === 0) return;
    const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    yield invalid(path.child("values"), values, detail);
  } else yield invalid(path.child("operator"), operator, "not a valid selector operator");
}

/** Rules about scopes: only priority and volume attributes have values. */
export const selectedScopes: Check<Spec> = function* ({ scopeSelector, hard }, { path }) {
  const at = path.child("scopeSelector", "matchExpressions");
  for (const rule of scopeSelector?.matchExpressions ?? []) {
    const { scopeName, operator } = rule;
    if (!SCOPES.includes(scopeName)) yield invalid(at.child("scopeName"), scopeName, "unsupported scope");
    else if (misfits(scopeName, hard).length > 0) {
      yield invalid(at, scopeSelector, "unsupported scope applied to resource");
    }
    const valued = scopeName === "PriorityClass" || scopeName === "VolumeAttributesClass";
    if (!valued && operator !== "Exists") yield invalid(at.child("operator"), operator, EXISTS_ONLY);
    yield* checkValues(at, rule);
  }
};

/** What a quota is about cannot change. */
export const scopesStay: Check<Spec> = function* (spec, { path, old }) {
  if (!old) return;
  yield* checkUnchanged(path.child("scopes"), (spec.scopes ?? []).toSorted(), (old.scopes ?? []).toSorted());
  yield* checkUnchanged(path.child("scopeSelector"), spec.scopeSelector, old.scopeSelector);
};
