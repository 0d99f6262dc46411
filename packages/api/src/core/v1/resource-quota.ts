// ResourceQuota: bounds on what a namespace uses in all.
import {
  atomicList,
  dns1123Subdomain,
  field,
  kind,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  quantity,
  string,
  type TypeOf,
} from "@knots/machinery";
import { hardAmounts, plainScopes, scopesStay, selectedScopes } from "./resource-quota-checks.ts";
import { resourceQuotaColumns } from "./resource-quota-columns.ts";

const requirement = object("io.k8s.api.core.v1.ScopedResourceSelectorRequirement", {
  scopeName: field(1, string(), "Scope that the rule is about.", { required: true }),
  operator: field(2, string(), "In, NotIn, Exists or DoesNotExist.", { required: true }),
  values: field(3, atomicList(string()), "Values for In and NotIn."),
});
/** One rule about the scope of an object. */
export interface ScopedResourceSelectorRequirement extends TypeOf<typeof requirement> {}
export const ScopedResourceSelectorRequirement: ObjectSchema<ScopedResourceSelectorRequirement> = requirement;

const scopeSelector = object(
  "io.k8s.api.core.v1.ScopeSelector",
  { matchExpressions: field(1, atomicList(ScopedResourceSelectorRequirement), "Rules that must all hold.") },
  { map: "atomic" },
);
/** Rules about the scope of objects. */
export interface ScopeSelector extends TypeOf<typeof scopeSelector> {}
export const ScopeSelector: ObjectSchema<ScopeSelector> = scopeSelector;

const resourceQuotaSpec = object("io.k8s.api.core.v1.ResourceQuotaSpec", {
  hard: field(1, map(quantity()), "Most that may be used, by resource."),
  scopes: field(2, atomicList(string()), "Scopes that an object must be in to be counted."),
  scopeSelector: field(3, ScopeSelector, "Rules about scopes and their values.", { pointer: true }),
});
/** What a quota allows. */
export interface ResourceQuotaSpec extends TypeOf<typeof resourceQuotaSpec> {}
export const ResourceQuotaSpec: ObjectSchema<ResourceQuotaSpec> = resourceQuotaSpec.check(
  hardAmounts,
  plainScopes,
  selectedScopes,
  scopesStay,
);

const resourceQuotaStatus = object("io.k8s.api.core.v1.ResourceQuotaStatus", {
  hard: field(1, map(quantity()), "Bounds that are in force."),
  used: field(2, map(quantity()), "What is used now, by resource."),
});
/** What a quota has counted. */
export interface ResourceQuotaStatus extends TypeOf<typeof resourceQuotaStatus> {}
export const ResourceQuotaStatus: ObjectSchema<ResourceQuotaStatus> = resourceQuotaStatus;

/** Bounds on what a namespace uses in all. */
export const ResourceQuota = kind({
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  scope: "Namespaced",
  shortNames: ["quota"],
  doc: "Bounds on what a namespace uses in all.",
  definition: "io.k8s.api.core.v1.ResourceQuota",
  fields: {
    spec: field(2, ResourceQuotaSpec, "What the quota allows.", { always: true }),
    status: field(3, ResourceQuotaStatus, "What the quota has counted, written by its controller.", { always: true }),
  },
  columns: resourceQuotaColumns,
  generation: false,
  checkName: dns1123Subdomain,
});
export interface ResourceQuota extends ObjectOf<typeof ResourceQuota> {}
