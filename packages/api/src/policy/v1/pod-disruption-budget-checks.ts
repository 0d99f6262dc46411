// Rules of disruption budgets.
import { type Check, invalid } from "@knots/machinery";
import { checkAmount, checkPart } from "../../apps/v1/amount-checks.ts";

interface Spec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

/** A budget is told as what must stay or as what may be missing, not both. */
export const oneBudget: Check<Spec> = function* (spec, { path }) {
  const { minAvailable, maxUnavailable } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    yield invalid(path, spec, "minAvailable and maxUnavailable cannot be both set");
  }
  for (const name of ["minAvailable", "maxUnavailable"] as const) {
    yield* checkAmount(path.child(name), spec[name]);
    yield* checkPart(path.child(name), spec[name]);
  }
};
