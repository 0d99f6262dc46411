// Rules of admission policies and their bindings. Expressions are kept as text here; whoever evaluates them compiles them.
import { type Check, forbidden, invalid, type LabelSelector, required } from "@knots/machinery";
import { checkNames } from "../../checks.ts";

const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;

export const paramKindIsNamed: Check<{ readonly apiVersion?: string; readonly kind?: string }> = function* (
  { apiVersion = "", kind = "" },
  { path },
) {
  if (apiVersion === "") yield required(path.child("apiVersion"));
  else if (apiVersion.split("/").length > 2) {
    yield invalid(path.child("apiVersion"), apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  }
  if (kind === "") yield required(path.child("kind"));
};

interface ParamView {
  readonly name?: string;
  readonly selector?: LabelSelector;
  readonly parameterNotFoundAction?: string;
}
/** Parameters are named or selected, and it is said what happens without them. */
export const oneWayToParam: Check<ParamView> = function* (value, { path }) {
  const { name = "", selector, parameterNotFoundAction: action = "" } = value;
  const message = "name and selector are mutually exclusive";
  if (name !== "" && selector) {
    yield forbidden(path.child("name"), message);
    yield forbidden(path.child("selector"), message);
  }
  if (name === "" && !selector) yield required(path, "one of name or selector must be specified");
  if (action === "") yield required(path.child("parameterNotFoundAction"), "");
};

interface ConstrainedView {
  readonly matchConstraints?: { readonly resourceRules?: readonly unknown[] };
}
/** A policy says which resources it is about. */
export const constraintsSelect: Check<ConstrainedView> = function* ({ matchConstraints }, { path }) {
  const at = path.child("matchConstraints");
  if (!matchConstraints) yield required(at);
  else if ((matchConstraints.resourceRules ?? []).length === 0) yield required(at.child("resourceRules"));
};

interface ValidatingView {
  readonly validations?: readonly unknown[];
  readonly auditAnnotations?: readonly { readonly key: string }[];
}
/** A validating policy checks or records something. */
export const validatesSomething: Check<ValidatingView> = function* (
  { validations = [], auditAnnotations = [] },
  { path },
) {
  const message = "validations or auditAnnotations must contain at least one item";
  if (validations.length + auditAnnotations.length === 0) {
    yield required(path.child("validations"), message);
    yield required(path.child("auditAnnotations"), message);
  }
  yield* checkNames(
    path.child("auditAnnotations"),
    auditAnnotations.map(({ key }) => ({ name: key })),
  );
};

export const variableNames: Check<{ readonly variables?: readonly { readonly name?: string }[] }> = function* (
  { variables = [] },
  { path },
) {
  for (const [index, { name = "" }] of variables.entries()) {
    const at = path.child("variables").index(index).child("name");
    if (name !== "" && !IDENTIFIER.test(name)) yield invalid(at, name, "name is not a valid CEL identifier");
  }
};

const REASONS = ["Unauthorized", "Forbidden", "Invalid", "RequestEntityTooLarge"];
interface ValidationView {
  readonly expression?: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}
/** What a user is told is one line, and the reason one that stands in a status. */
export const validationIsPlain: Check<ValidationView> = function* (value, { path }) {
  const { expression = "", message, messageExpression = "", reason } = value;
  if (expression !== "" && expression.trim() === "")
    yield required(path.child("expression"), "expression is not specified");
  if (message !== undefined && message.trim() === "") {
    yield invalid(path.child("message"), message, "message must be non-empty if specified");
  } else if (message?.includes("\n"))
    yield invalid(path.child("message"), message, "message must not contain line breaks");
  else if (message === undefined && expression.includes("\n") && messageExpression === "") {
    yield required(path.child("message"), "message must be specified if expression contains line breaks");
  }
  if (reason !== undefined && !REASONS.includes(reason)) {
    yield invalid(path.child("reason"), reason, `must be one of ${REASONS.join(", ")}`);
  }
};

interface MutationView {
  readonly patchType: string;
  readonly applyConfiguration?: { readonly expression?: string };
  readonly jsonPatch?: { readonly expression?: string };
}
/** A change has the form that its type says. */
export const mutationIsOne: Check<MutationView> = function* ({ patchType, applyConfiguration, jsonPatch }, { path }) {
  const forms = [
    ["ApplyConfiguration", "applyConfiguration", applyConfiguration],
    ["JSONPatch", "jsonPatch", jsonPatch],
  ] as const;
  for (const [type, field, form] of forms) {
    const at = path.child(field);
    if (patchType === type && !form) yield required(at, `must be specified when patchType is ${type}`);
    if (patchType !== type && form) yield invalid(at, form, `must not be specified when patchType is ${patchType}`);
    if (patchType === type && form && (form.expression ?? "").trim() === "") {
      yield required(at.child("expression"), "expression is not specified");
    }
  }
};

interface MutatingView {
  readonly mutations?: readonly unknown[];
  readonly reinvocationPolicy?: string;
}
export const mutatesSomething: Check<MutatingView> = function* ({ mutations = [], reinvocationPolicy = "" }, { path }) {
  if (mutations.length === 0) yield required(path.child("mutations"), "mutations must contain at least one item");
  if (reinvocationPolicy === "") yield required(path.child("reinvocationPolicy"));
};

export const policyIsNamed: Check<{ readonly policyName?: string }> = function* ({ policyName = "" }, { path }) {
  if (policyName === "") yield required(path.child("policyName"));
};

/** Denying and warning for the same fault would tell it twice. */
export const actionsAgree: Check<{ readonly validationActions?: readonly string[] }> = function* (
  { validationActions: actions = [] },
  { path },
) {
  if (!actions.includes("Deny") || !actions.includes("Warn")) return;
  yield invalid(path.child("validationActions"), actions, "must not contain both Deny and Warn");
};
