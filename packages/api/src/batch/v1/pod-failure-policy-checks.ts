// Rules of single rules about failed pods.
import { type Check, invalid, tooMany } from "@knots/machinery";

interface ExitCodes {
  readonly operator: string;
  readonly values?: readonly number[];
}

/** Exit codes ascend, and zero is no failure. */
export const codesInOrder: Check<ExitCodes> = function* ({ operator, values = [] }, { path }) {
  const at = path.child("values");
  if (values.length > 255) yield tooMany(at, values.length, 255);
  for (const [index, value] of values.entries()) {
    if (operator === "In" && value === 0) yield invalid(at.index(index), value, "must not be 0 for the In operator");
  }
  if (values.some((value, index) => index > 0 && value < (values[index - 1] ?? value))) {
    yield invalid(at, values, "must be ordered");
  }
};

interface Rule {
  readonly onExitCodes?: object;
  readonly onPodConditions?: readonly object[];
}

/** A rule looks at exit codes or at conditions. */
export const oneRequirement: Check<Rule> = function* (rule, { path }) {
  const conditions = (rule.onPodConditions ?? []).length > 0;
  if (rule.onExitCodes && conditions) {
    yield invalid(path, rule, "specifying both OnExitCodes and OnPodConditions is not supported");
  }
  if (!rule.onExitCodes && !conditions) {
    yield invalid(path, rule, "specifying one of OnExitCodes and OnPodConditions is required");
  }
};
