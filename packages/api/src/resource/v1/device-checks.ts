// Rules of devices and of what is said about them.
import { type Check, compareQuantities, forbidden, invalid, required } from "@knots/machinery";

export const selectorIsSet: Check<{ readonly cel?: object }> = function* ({ cel }, { path }) {
  if (!cel) yield required(path.child("cel"));
};

interface TolerationView {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
}
export const tolerationFits: Check<TolerationView> = function* ({ key = "", operator, value = "" }, { path }) {
  const at = path.child("operator");
  if (key === "" && operator !== "Exists") {
    yield invalid(
      at,
      operator ?? "",
      'operator must be Exists when `key` is empty, which means "match all values and all keys"',
    );
  }
  if (operator === "Exists" && value !== "")
    yield invalid(path.child("value"), value, "must be empty when operator is `Exists`");
};

const ATTRIBUTE_FORMS = ["bool", "int", "string", "version", "bools", "ints", "strings", "versions"];

/** A fact has one form. */
export const oneValue: Check<object> = function* (attribute, { path }) {
  const found = ATTRIBUTE_FORMS.filter((form) => (attribute as Record<string, unknown>)[form] !== undefined);
  if (found.length === 0) yield required(path, "exactly one value must be specified");
  if (found.length > 1) yield invalid(path, attribute, "exactly one value must be specified");
};

interface PolicyView {
  readonly default?: string;
  readonly validValues?: readonly string[];
  readonly validRange?: { readonly min: string; readonly max?: string };
}
/** Amounts are listed or lie in a range that is not empty. */
export const rangeOrValues: Check<PolicyView> = function* ({ validValues = [], validRange, ...rest }, { path }) {
  if (validValues.length > 0 && validRange) {
    yield forbidden(
      path,
      "exactly one policy can be specified, cannot specify `validValues` and `validRange` at the same time",
    );
  }
  if ((validValues.length > 0 || validRange) && rest.default === undefined) {
    yield required(path.child("default"), "required when validValues or validRange is defined");
  }
  if (validRange?.max !== undefined && compareQuantities(validRange.min, validRange.max) > 0) {
    yield invalid(path.child("validRange"), validRange, "max must be greater than or equal to min");
  }
};

interface ReachView {
  readonly nodeName?: string;
  readonly nodeSelector?: unknown;
  readonly allNodes?: boolean;
}
/** Ways in which something says which nodes reach it. */
export const reachesOf = ({ nodeName = "", nodeSelector, allNodes }: ReachView): readonly string[] => [
  ...(nodeName === "" ? [] : ["nodeName"]),
  ...(nodeSelector === undefined ? [] : ["nodeSelector"]),
  ...(allNodes ? ["allNodes"] : []),
];

/** A device says in one way at most which nodes reach it. */
export const oneReach: Check<ReachView> = function* (device, { path }) {
  const found = reachesOf(device);
  if (found.length > 1)
    yield invalid(path, found, "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required");
};
