// ControllerRevision: a state that a controller keeps in order to come back to it.
import { dns1123Subdomain, field, int64, json, kind, type ObjectOf } from "@knots/machinery";
import { dataGiven } from "./controller-revision-checks.ts";
import { controllerRevisionColumns } from "./controller-revision-columns.ts";

/** A state that a controller keeps in order to come back to it. */
export const ControllerRevision = kind({
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  scope: "Namespaced",
  doc: "A state that a controller keeps in order to come back to it.",
  definition: "io.k8s.api.apps.v1.ControllerRevision",
  fields: {
    data: field(2, json(), "The state, in the controller's own form; cannot change.", { immutable: true }),
    revision: field(3, int64({ min: 0 }), "Place in the order of states.", { required: true, always: true }),
  },
  storagePath: "controllerrevisions",
  columns: controllerRevisionColumns,
  checks: [dataGiven],
  checkName: dns1123Subdomain,
});
export interface ControllerRevision extends ObjectOf<typeof ControllerRevision> {}
