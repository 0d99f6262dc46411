// ReplicationController: keeps a stated number of pods; the older form of ReplicaSet.
import {
  dns1123Subdomain,
  field,
  int32,
  int64,
  kind,
  listOf,
  map,
  type ObjectMeta,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import type { Shown } from "../../columns.ts";
import { conditionHead } from "./common.ts";
import { PodTemplateSpec } from "./pod-template.ts";
import { countsInOrder, labelsSelect, templateRunsForever } from "./replication-controller-checks.ts";
import { replicationControllerColumns } from "./replication-controller-columns.ts";

const replicationControllerSpec = object("io.k8s.api.core.v1.ReplicationControllerSpec", {
  replicas: field(1, int32({ min: 0 }), "How many pods should run.", { pointer: true, default: 1 }),
  minReadySeconds: field(4, int32({ min: 0 }), "Seconds a pod must be ready to count as available."),
  selector: field(2, map(string(), { map: "atomic" }), "Labels of the pods; those of the template when empty.", {
    default: (spec: { readonly template?: PodTemplateSpec }) => spec.template?.metadata?.labels as never,
  }),
  template: field(3, PodTemplateSpec, "What a new pod looks like.", { pointer: true }),
});
/** What a replication controller should be. */
export interface ReplicationControllerSpec extends TypeOf<typeof replicationControllerSpec> {}
export const ReplicationControllerSpec: ObjectSchema<ReplicationControllerSpec> = replicationControllerSpec.check(
  labelsSelect,
  templateRunsForever("ReplicationController"),
);

const replicationControllerCondition = object("io.k8s.api.core.v1.ReplicationControllerCondition", {
  ...conditionHead,
  lastTransitionTime: field(3, time(), "When the status last changed."),
  reason: field(4, string(), "One CamelCase word that says why."),
  message: field(5, string(), "Details for people."),
});
/** One aspect of a replication controller's state. */
export interface ReplicationControllerCondition extends TypeOf<typeof replicationControllerCondition> {}
export const ReplicationControllerCondition: ObjectSchema<ReplicationControllerCondition> =
  replicationControllerCondition;

const replicationControllerStatus = object("io.k8s.api.core.v1.ReplicationControllerStatus", {
  replicas: field(1, int32({ min: 0 }), "Pods that exist.", { required: true, always: true }),
  fullyLabeledReplicas: field(2, int32({ min: 0 }), "Pods with all labels of the template."),
  readyReplicas: field(4, int32({ min: 0 }), "Pods that are ready."),
  availableReplicas: field(5, int32({ min: 0 }), "Pods that are available."),
  observedGeneration: field(3, int64({ min: 0 }), "Generation that the status was computed from."),
  conditions: field(6, listOf(ReplicationControllerCondition, "type"), "Aspects of its state."),
});
/** State of a replication controller. */
export interface ReplicationControllerStatus extends TypeOf<typeof replicationControllerStatus> {}
export const ReplicationControllerStatus: ObjectSchema<ReplicationControllerStatus> =
  replicationControllerStatus.check(countsInOrder);

interface Whole {
  readonly metadata?: ObjectMeta;
  readonly spec?: { readonly template?: PodTemplateSpec };
}

/** Without labels of its own it has those of its pods. */
export function labelledLikePods<T extends Whole>(object: T): T {
  const labels = object.spec?.template?.metadata?.labels;
  const own = object.metadata?.labels;
  if (!object.metadata || !labels || Object.keys(own ?? {}).length > 0) return object;
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** Keeps a stated number of pods; the older form of ReplicaSet. */
export const ReplicationController = kind({
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  scope: "Namespaced",
  shortNames: ["rc"],
  categories: ["all"],
  doc: "Keeps a stated number of pods; the older form of ReplicaSet.",
  definition: "io.k8s.api.core.v1.ReplicationController",
  fields: {
    spec: field(2, ReplicationControllerSpec, "What the controller should be.", {
      required: true,
      undeclared: true,
      always: true,
      default: {},
    }),
    status: field(3, ReplicationControllerStatus, "State of the controller, written by its controller.", {
      always: true,
    }),
  },
  storagePath: "controllers",
  scale: { specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"], selector: ["spec", "selector"] },
  columns: replicationControllerColumns,
  selectable: {
    "status.replicas": ({ status }: Shown<unknown, ReplicationControllerStatus>) => `${status?.replicas ?? 0}`,
  },
  complete: labelledLikePods,
  checkName: dns1123Subdomain,
});
export interface ReplicationController extends ObjectOf<typeof ReplicationController> {}
