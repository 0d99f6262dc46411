// What validating and mutating admission policies have in common.
import { field, LabelSelector, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { oneWayToParam, paramKindIsNamed } from "./policy-checks.ts";

const paramKind = object(
  "io.k8s.api.admissionregistration.v1.ParamKind",
  {
    apiVersion: field(1, string(), "Group and version of the kind."),
    kind: field(2, string(), "Name of the kind."),
  },
  { map: "atomic" },
);
/** Kind of the objects that hold a policy's parameters. */
export interface ParamKind extends TypeOf<typeof paramKind> {}
export const ParamKind: ObjectSchema<ParamKind> = paramKind.check(paramKindIsNamed);

const paramRef = object(
  "io.k8s.api.admissionregistration.v1.ParamRef",
  {
    name: field(1, string(), "Name of the object; excludes the selector."),
    namespace: field(2, string(), "Namespace of the object; that of the request when empty."),
    selector: field(3, LabelSelector, "Objects by label, instead of one name.", { pointer: true }),
    parameterNotFoundAction: field(4, string({ enum: ["Allow", "Deny"] }), "What happens when there is none.", {
      pointer: true,
    }),
  },
  { map: "atomic" },
);
/** The objects that hold a binding's parameters. */
export interface ParamRef extends TypeOf<typeof paramRef> {}
export const ParamRef: ObjectSchema<ParamRef> = paramRef.check(oneWayToParam);

const variable = object(
  "io.k8s.api.admissionregistration.v1.Variable",
  {
    name: field(1, string(), "Name of the variable, a CEL identifier.", { required: true }),
    expression: field(2, string(), "CEL expression that gives its value.", { required: true }),
  },
  { map: "atomic" },
);
/** An expression that others may use by name. */
export interface Variable extends TypeOf<typeof variable> {}
export const Variable: ObjectSchema<Variable> = variable;
