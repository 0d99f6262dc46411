// The schema of one version of a custom kind.
import { field, type ObjectSchema, object, type TypeOf } from "@knots/machinery";
import { JSONSchemaProps } from "./json-schema.ts";

const customResourceValidation = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation",
  { openAPIV3Schema: field(1, JSONSchemaProps, "What objects look like.", { pointer: true }) },
);
/** What objects of a version look like. */
export interface CustomResourceValidation extends TypeOf<typeof customResourceValidation> {}
export const CustomResourceValidation: ObjectSchema<CustomResourceValidation> = customResourceValidation;
