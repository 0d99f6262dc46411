// PriorityClass: a name for how important pods are.
import {
  age,
  boolean,
  type Column,
  dns1123Subdomain,
  field,
  int32,
  kind,
  type ObjectOf,
  string,
} from "@knots/machinery";
import { count, text } from "../../columns.ts";
import { ownPriorities, valueStays } from "./priority-class-checks.ts";

interface View {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

const columns: readonly Column[] = [
  count("Value", "Priority of its pods.", ({ value }: View) => value),
  {
    name: "Global-Default",
    type: "boolean",
    doc: "Whether pods without a class get this one.",
    cell: ({ globalDefault }: View) => globalDefault ?? false,
  },
  age(),
  text("PreemptionPolicy", "Whether its pods may push out others.", (view: View) => view.preemptionPolicy ?? ""),
];

/** A name for how important pods are. */
export const PriorityClass = kind({
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  scope: "Cluster",
  shortNames: ["pc"],
  doc: "A name for how important pods are.",
  definition: "io.k8s.api.scheduling.v1.PriorityClass",
  fields: {
    value: field(2, int32(), "Priority of pods of this class; cannot change.", { always: true }),
    globalDefault: field(3, boolean(), "Whether pods without a class get this one."),
    description: field(4, string(), "What the class is for."),
    preemptionPolicy: field(
      5,
      string({ enum: ["PreemptLowerPriority", "Never"] }),
      "Whether its pods may push out pods of lower priority.",
      { pointer: true, default: "PreemptLowerPriority", immutable: true },
    ),
  },
  storagePath: "priorityclasses",
  columns,
  checks: [ownPriorities, valueStays],
  generation: true,
  checkName: dns1123Subdomain,
});
export interface PriorityClass extends ObjectOf<typeof PriorityClass> {}
