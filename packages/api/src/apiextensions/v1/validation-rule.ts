// A rule of a schema as an expression, and a pointer to documentation.
import { boolean, field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const validationRule = object("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ValidationRule", {
  rule: field(1, string(), "CEL expression that must give true.", { required: true }),
  message: field(2, string(), "What the user is told when it does not."),
  messageExpression: field(3, string(), "CEL expression that makes the message."),
  reason: field(
    4,
    string({ enum: ["FieldValueInvalid", "FieldValueForbidden", "FieldValueRequired", "FieldValueDuplicate"] }),
    "Reason of the fault in the answer.",
    { pointer: true },
  ),
  fieldPath: field(5, string(), "Field that the fault is shown at."),
  optionalOldSelf: field(6, boolean(), "Whether the rule also runs where no old value is.", { pointer: true }),
});
/** An expression that must be true of a value. */
export interface ValidationRule extends TypeOf<typeof validationRule> {}
export const ValidationRule: ObjectSchema<ValidationRule> = validationRule;

const externalDocumentation = object("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ExternalDocumentation", {
  description: field(1, string(), "What is found there."),
  url: field(2, string(), "Address of the text."),
});
/** Where more can be read. */
export interface ExternalDocumentation extends TypeOf<typeof externalDocumentation> {}
export const ExternalDocumentation: ObjectSchema<ExternalDocumentation> = externalDocumentation;
