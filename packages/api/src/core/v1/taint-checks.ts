// Rules of one toleration.
import { type Check, duplicate, type FieldError, type FieldPath, invalid } from "@knots/machinery";
import { checkUnique } from "../../checks.ts";

interface TolerationView {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

function* checkOperator(
  { key = "", operator = "", value = "" }: TolerationView,
  path: FieldPath,
): Iterable<FieldError> {
  if (key === "" && operator !== "Exists") {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    yield invalid(path.child("operator"), operator, detail);
  }
  if (operator === "Exists" && value !== "") {
    yield invalid(path.child("operator"), value, "value must be empty when `operator` is 'Exists'");
  }
}

export const consistentToleration: Check<TolerationView> = function* (toleration, { path }) {
  yield* checkOperator(toleration, path);
  const { tolerationSeconds, effect = "" } = toleration;
  if (tolerationSeconds !== undefined && effect !== "NoExecute") {
    yield invalid(path.child("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
  }
};

interface TaintView {
  readonly key: string;
  readonly effect: string;
}
/** A node has a key and effect once. */
export const distinctTaints: Check<{ readonly taints?: readonly TaintView[] }> = function* ({ taints = [] }, { path }) {
  yield* checkUnique(
    taints,
    ({ key, effect }) => `${key}:${effect}`,
    (index) => duplicate(path.child("taints").index(index), taints[index]),
  );
};
