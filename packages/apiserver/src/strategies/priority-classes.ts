// Priority classes: those of the system stay.
import { SYSTEM_PRIORITIES } from "@knots/api";
import { forbiddenWrite } from "../errors.ts";
import type { Strategy } from "../registry/strategy.ts";

const KIND = { group: "scheduling.k8s.io", kind: "PriorityClass", plural: "priorityclasses" };

export const priorityClasses: Strategy = {
  checkDelete({ metadata: { name = "" } }) {
    if (SYSTEM_PRIORITIES[name] === undefined) return;
    throw forbiddenWrite(KIND, name, "this is a system priority class and cannot be deleted");
  },
};
