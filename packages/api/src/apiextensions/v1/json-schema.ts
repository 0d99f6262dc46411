// JSON schema as custom resource definitions use it: a structure that holds itself.
import {
  array,
  atomicList,
  boolean,
  double,
  field,
  int64,
  type Json,
  json,
  listOf,
  map,
  type ObjectSchema,
  object,
  oneFormOf,
  type Schema,
  string,
} from "@knots/machinery";
import { bothOrArray, bothOrBool, bothOrStrings } from "./json-schema-forms.ts";
import { ExternalDocumentation, ValidationRule } from "./validation-rule.ts";

const PACKAGE = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";

type Schemas = readonly JSONSchemaProps[];
type NamedSchemas = Readonly<Record<string, JSONSchemaProps>>;

/** What a value must look like. */
export interface JSONSchemaProps {
  readonly id?: string;
  readonly $schema?: string;
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly title?: string;
  readonly default?: Json;
  readonly maximum?: number;
  readonly exclusiveMaximum?: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly multipleOf?: number;
  readonly enum?: readonly Json[];
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly required?: readonly string[];
  readonly items?: JSONSchemaProps | Schemas;
  readonly allOf?: Schemas;
  readonly oneOf?: Schemas;
  readonly anyOf?: Schemas;
  readonly not?: JSONSchemaProps;
  readonly properties?: NamedSchemas;
  readonly additionalProperties?: JSONSchemaProps | boolean;
  readonly patternProperties?: NamedSchemas;
  readonly dependencies?: Readonly<Record<string, JSONSchemaProps | readonly string[]>>;
  readonly additionalItems?: JSONSchemaProps | boolean;
  readonly definitions?: NamedSchemas;
  readonly externalDocs?: ExternalDocumentation;
  readonly example?: Json;
  readonly nullable?: boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-map-type"?: string;
  readonly "x-kubernetes-validations"?: readonly ValidationRule[];
}

const JSON_VALUE = json({ name: `${PACKAGE}.JSON` });
const schemas = (): Schema<Schemas> => atomicList(JSONSchemaProps);
const named = (): Schema<NamedSchemas> => map(JSONSchemaProps);

const orBool: Schema<JSONSchemaProps | boolean> = oneFormOf({
  name: `${PACKAGE}.JSONSchemaPropsOrBool`,
  ...bothOrBool,
  message: () => schemaOrBool,
});
const orArray: Schema<JSONSchemaProps | Schemas> = oneFormOf({
  name: `${PACKAGE}.JSONSchemaPropsOrArray`,
  ...bothOrArray,
  message: () => schemaOrArray,
});
const orStrings: Schema<JSONSchemaProps | readonly string[]> = oneFormOf({
  name: `${PACKAGE}.JSONSchemaPropsOrStringArray`,
  ...bothOrStrings,
  message: () => schemaOrStrings,
});

const pointer = { pointer: true } as const;

export const JSONSchemaProps: ObjectSchema<JSONSchemaProps> = object(`${PACKAGE}.JSONSchemaProps`, {
  id: field(1, string(), "Not supported."),
  $schema: field(2, string(), "Not supported."),
  $ref: field(3, string(), "Not supported.", pointer),
  description: field(4, string(), "What the value is for."),
  type: field(5, string(), "JSON type of the value."),
  format: field(6, string(), "Format of the value, such as date-time; unknown ones are ignored."),
  title: field(7, string(), "Heading for the value."),
  default: field(8, JSON_VALUE, "Value that is filled in where there is none.", pointer),
  maximum: field(9, double(), "Largest number.", pointer),
  exclusiveMaximum: field(10, boolean(), "Whether the largest number itself is too large."),
  minimum: field(11, double(), "Smallest number.", pointer),
  exclusiveMinimum: field(12, boolean(), "Whether the smallest number itself is too small."),
  maxLength: field(13, int64(), "Most characters of a text.", pointer),
  minLength: field(14, int64(), "Fewest characters of a text.", pointer),
  pattern: field(15, string(), "Regular expression that a text matches."),
  maxItems: field(16, int64(), "Most elements of a list.", pointer),
  minItems: field(17, int64(), "Fewest elements of a list.", pointer),
  uniqueItems: field(18, boolean(), "Not supported; must be false."),
  multipleOf: field(19, double(), "Number that divides the value.", pointer),
  enum: field(20, atomicList(JSON_VALUE), "Values of which it is one."),
  maxProperties: field(21, int64(), "Most fields of an object.", pointer),
  minProperties: field(22, int64(), "Fewest fields of an object.", pointer),
  required: field(23, atomicList(string()), "Fields that an object must have."),
  items: field(24, orArray, "What the elements of a list look like.", pointer),
  allOf: field(25, schemas, "Schemas that must all fit."),
  oneOf: field(26, schemas, "Schemas of which exactly one must fit."),
  anyOf: field(27, schemas, "Schemas of which one must fit."),
  not: field(28, () => JSONSchemaProps, "Schema that must not fit.", pointer),
  properties: field(29, named, "What the fields of an object look like."),
  additionalProperties: field(30, orBool, "What the values of a map look like.", pointer),
  patternProperties: field(31, named, "Not supported."),
  dependencies: field(32, map(orStrings), "Not supported."),
  additionalItems: field(33, orBool, "Not supported.", pointer),
  definitions: field(34, named, "Not supported."),
  externalDocs: field(35, ExternalDocumentation, "Where more can be read.", pointer),
  example: field(36, JSON_VALUE, "A value as it may look.", pointer),
  nullable: field(37, boolean(), "Whether null is allowed."),
  "x-kubernetes-preserve-unknown-fields": field(
    38,
    boolean(),
    "Whether fields that are not declared are kept.",
    pointer,
  ),
  "x-kubernetes-embedded-resource": field(39, boolean(), "Whether the value is an object with kind and metadata."),
  "x-kubernetes-int-or-string": field(40, boolean(), "Whether the value is a whole number or text."),
  "x-kubernetes-list-map-keys": field(41, atomicList(string()), "Fields that tell the elements of a list apart."),
  "x-kubernetes-list-type": field(42, string(), "How a list is merged: atomic, set or map.", pointer),
  "x-kubernetes-map-type": field(43, string(), "How an object is merged: granular or atomic.", pointer),
  "x-kubernetes-validations": field(44, listOf(ValidationRule, "rule"), "Expressions that must be true of the value."),
});

const schemaOrBool = object(`${PACKAGE}.JSONSchemaPropsOrBool`, {
  allows: field(1, boolean(), "Whether values are allowed at all."),
  schema: field(2, JSONSchemaProps, "What they look like.", pointer),
});
const schemaOrArray = object(`${PACKAGE}.JSONSchemaPropsOrArray`, {
  schema: field(1, JSONSchemaProps, "What every element looks like.", pointer),
  jSONSchemas: field(2, array(JSONSchemaProps), "What each element looks like."),
});
const schemaOrStrings = object(`${PACKAGE}.JSONSchemaPropsOrStringArray`, {
  schema: field(1, JSONSchemaProps, "What the object must look like as well.", pointer),
  property: field(2, array(string()), "Fields that must be there as well."),
});
