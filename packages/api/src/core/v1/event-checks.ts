// Rules of an event: it lives where its object lives, and one that says when it was seen says by whom.
import {
  type Check,
  type FieldError,
  fieldPath,
  invalid,
  type ObjectMeta,
  qualifiedName,
  required,
} from "@knots/machinery";
import { checkText } from "../../checks.ts";
import type { ObjectReference } from "./reference.ts";

interface EventView {
  readonly metadata?: ObjectMeta;
  readonly involvedObject: ObjectReference;
  readonly eventTime?: string;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
  readonly action?: string;
  readonly reason?: string;
  readonly message?: string;
}

function isBeside({ metadata, involvedObject, eventTime }: EventView): boolean {
  const [home, namespace = ""] = [metadata?.namespace ?? "", involvedObject.namespace];
  if (namespace !== "") return eventTime !== undefined || home === namespace;
  return ["", "default"].includes(home) || (eventTime !== undefined && home === "kube-system");
}

/** Events about cluster-wide objects live in the namespace `default`. */
export const besideItsObject: Check<EventView> = function* (event) {
  if (isBeside(event)) return;
  const at = fieldPath("involvedObject").child("namespace");
  yield invalid(at, event.involvedObject.namespace ?? "", "does not match event.namespace");
};

const SHORT = 128;
const LONG = 1024;

function* checkLength(name: keyof EventView, text: string, most: number): Iterable<FieldError> {
  if (text.length > most) yield invalid(fieldPath(name), "", `can have at most ${most} characters`);
}

/** An event with a time in microseconds comes from a reporter that says who it is and what it did. */
export const reporterKnown: Check<EventView> = function* (event, { old }) {
  if (event.eventTime === undefined || old) return;
  const { reportingComponent = "", message = "" } = event;
  if (reportingComponent === "") yield required(fieldPath("reportingComponent"));
  yield* checkText(fieldPath("reportingComponent"), reportingComponent, qualifiedName);
  for (const name of ["reportingInstance", "action", "reason"] as const) {
    const text = event[name] ?? "";
    if (text === "") yield required(fieldPath(name));
    yield* checkLength(name, text, SHORT);
  }
  yield* checkLength("message", message, LONG);
};
