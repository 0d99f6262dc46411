// LimitRange: bounds and defaults for what single pods, containers and claims of a namespace ask for.
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
import { createdAt } from "../../columns.ts";
import { boundsInOrder, distinctTypes, fillLimits } from "./limit-range-checks.ts";

const limitRangeItem = object("io.k8s.api.core.v1.LimitRangeItem", {
  type: field(1, string(), "What is bounded: Pod, Container or PersistentVolumeClaim.", { required: true }),
  max: field(2, map(quantity()), "Most that may be asked for, by resource."),
  min: field(3, map(quantity()), "Least that may be asked for, by resource."),
  default: field(4, map(quantity()), "Limits of containers that name none."),
  defaultRequest: field(5, map(quantity()), "Requests of containers that name none."),
  maxLimitRequestRatio: field(6, map(quantity()), "Largest limit as a multiple of the request, by resource."),
});
/** Bounds of one type of thing. */
export interface LimitRangeItem extends TypeOf<typeof limitRangeItem> {}
export const LimitRangeItem: ObjectSchema<LimitRangeItem> = limitRangeItem.check(boundsInOrder).completed(fillLimits);

const limitRangeSpec = object("io.k8s.api.core.v1.LimitRangeSpec", {
  limits: field(1, atomicList(LimitRangeItem), "Bounds by type.", { required: true, always: true }),
});
/** What a limit range bounds. */
export interface LimitRangeSpec extends TypeOf<typeof limitRangeSpec> {}
export const LimitRangeSpec: ObjectSchema<LimitRangeSpec> = limitRangeSpec.check(distinctTypes);

/** Bounds and defaults for single pods, containers and claims. */
export const LimitRange = kind({
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  scope: "Namespaced",
  shortNames: ["limits"],
  doc: "Bounds and defaults for single pods, containers and claims.",
  definition: "io.k8s.api.core.v1.LimitRange",
  fields: { spec: field(2, LimitRangeSpec, "What is bounded.", { always: true }) },
  columns: [createdAt()],
  generation: false,
  checkName: dns1123Subdomain,
});
export interface LimitRange extends ObjectOf<typeof LimitRange> {}
