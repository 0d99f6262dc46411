// RuntimeClass: which container runtime runs a pod.
import {
  age,
  atomicList,
  dns1123Label,
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
import { type Shown, text } from "../../columns.ts";
import { Toleration } from "../../core/v1/taint.ts";

const overhead = object("io.k8s.api.node.v1.Overhead", {
  podFixed: field(1, map(quantity()), "Resources that every pod of the class takes, by resource."),
});
/** What running a pod costs beside its containers. */
export interface Overhead extends TypeOf<typeof overhead> {}
export const Overhead: ObjectSchema<Overhead> = overhead;

const scheduling = object("io.k8s.api.node.v1.Scheduling", {
  nodeSelector: field(1, map(string(), { map: "atomic" }), "Labels of nodes that have it; merged into the pod's own."),
  tolerations: field(2, atomicList(Toleration), "Taints that its pods tolerate beside their own."),
});
/** Nodes that have the runtime. */
export interface Scheduling extends TypeOf<typeof scheduling> {}
export const Scheduling: ObjectSchema<Scheduling> = scheduling;

/** Which container runtime runs a pod. */
export const RuntimeClass = kind({
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  scope: "Cluster",
  doc: "Which container runtime runs a pod.",
  columns: [
    text(
      "Handler",
      "Name of the runtime's configuration.",
      ({ handler }: Shown & { readonly handler: string }) => handler,
    ),
    age(),
  ],
  checkName: dns1123Subdomain,
  unconditionalUpdate: false,
  generation: false,
  definition: "io.k8s.api.node.v1.RuntimeClass",
  storagePath: "runtimeclasses",
  fields: {
    handler: field(
      2,
      string({ check: dns1123Label }),
      "Name of the runtime's configuration on the node; cannot change.",
      { required: true, immutable: true },
    ),
    overhead: field(3, Overhead, "What running a pod costs beside its containers.", { pointer: true }),
    scheduling: field(4, Scheduling, "Nodes that have the runtime; all when absent.", { pointer: true }),
  },
});
export interface RuntimeClass extends ObjectOf<typeof RuntimeClass> {}
