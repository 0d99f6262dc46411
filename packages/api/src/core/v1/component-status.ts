// ComponentStatus: whether a part of the control plane answers; computed when asked for, never stored.
import {
  type Column,
  field,
  kind,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  pathSegmentName,
  string,
  type TypeOf,
} from "@knots/machinery";
import { text } from "../../columns.ts";

const componentCondition = object("io.k8s.api.core.v1.ComponentCondition", {
  type: field(1, string(), "What the condition is about; always Healthy.", { required: true }),
  status: field(2, string(), "True, False or Unknown.", { required: true }),
  message: field(3, string(), "What the part said of itself."),
  error: field(4, string(), "Why the part could not be asked."),
});
/** One aspect of a part's state. */
export interface ComponentCondition extends TypeOf<typeof componentCondition> {}
export const ComponentCondition: ObjectSchema<ComponentCondition> = componentCondition;

interface View {
  readonly conditions?: readonly ComponentCondition[];
}
const healthy = ({ conditions = [] }: View): ComponentCondition | undefined =>
  conditions.find(({ type }) => type === "Healthy");
const WORDS: Readonly<Record<string, string>> = { True: "Healthy", False: "Unhealthy" };

const columns: readonly Column[] = [
  text("Status", "Whether the part is healthy.", (view: View) => WORDS[healthy(view)?.status ?? ""] ?? "Unknown"),
  text("Message", "What the part said of itself.", (view: View) => healthy(view)?.message ?? ""),
  text("Error", "Why the part could not be asked.", (view: View) => healthy(view)?.error ?? ""),
];

/** Whether a part of the control plane answers. */
export const ComponentStatus = kind({
  group: "",
  version: "v1",
  kind: "ComponentStatus",
  plural: "componentstatuses",
  scope: "Cluster",
  shortNames: ["cs"],
  verbs: ["get", "list"],
  doc: "Whether a part of the control plane answers.",
  definition: "io.k8s.api.core.v1.ComponentStatus",
  fields: { conditions: field(2, listOf(ComponentCondition, "type"), "Aspects of its state.") },
  columns,
  deprecation: "v1 ComponentStatus is deprecated in v1.19+",
  checkName: pathSegmentName,
});
export interface ComponentStatus extends ObjectOf<typeof ComponentStatus> {}
