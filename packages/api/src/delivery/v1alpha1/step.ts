// Steps on the way from a push to a page, with their times, and why one of them failed.
import { field, listOf, microTime, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const step = object("dev.knots.delivery.v1alpha1.Step", {
  name: field(
    1,
    string({
      enum: ["Queued", "Cloned", "Installed", "Built", "Packed", "Scheduled", "Ready", "Switched", "Seen"],
    }),
    "What was reached when the step ended.",
    { required: true },
  ),
  startedAt: field(2, microTime(), "When the step began.", { pointer: true }),
  finishedAt: field(3, microTime(), "When the step ended well; absent while it runs.", { pointer: true }),
});
/** One step of the stopwatch. */
export interface Step extends TypeOf<typeof step> {}
export const Step: ObjectSchema<Step> = step;
export const stepList = listOf(Step, "name");

const failure = object("dev.knots.delivery.v1alpha1.Failure", {
  step: field(1, string(), "Step that failed."),
  reason: field(2, string(), "One CamelCase word that says what went wrong.", { required: true }),
  message: field(3, string(), "What went wrong and how to put it right.", { required: true, always: true }),
});
/** Why a build or release failed. */
export interface Failure extends TypeOf<typeof failure> {}
export const Failure: ObjectSchema<Failure> = failure;
