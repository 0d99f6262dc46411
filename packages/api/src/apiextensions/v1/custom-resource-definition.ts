// CustomResourceDefinition: a kind of the API that users define.
import {
  array,
  atomicList,
  boolean,
  dns1035Label,
  dns1123Subdomain,
  field,
  int32,
  int64,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { CustomResourceConversion } from "./conversion.ts";
import {
  columnIsDeclared,
  groupStays,
  nameIsPluralGroup,
  namesAreProper,
  oneStorageVersion,
  pathsAreUnder,
  schemasAreStructural,
  selectablesDiffer,
} from "./crd-checks.ts";
import { crdColumns } from "./crd-columns.ts";
import { defaultNames } from "./crd-defaults.ts";
import { CustomResourceValidation } from "./custom-resource-validation.ts";

const customResourceDefinitionNames = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames",
  {
    plural: field(1, string(), "Name in paths.", { required: true, always: true }),
    singular: field(2, string(), "Name of one object; the kind in lower case unless given."),
    shortNames: field(3, atomicList(string()), "Short names for the command line."),
    kind: field(4, string(), "Name of the kind.", { required: true, always: true }),
    listKind: field(5, string(), "Name of its lists; the kind with List unless given."),
    categories: field(6, atomicList(string()), "Groups of kinds on the command line, such as all."),
  },
);
/** Names of a custom kind. */
export interface CustomResourceDefinitionNames extends TypeOf<typeof customResourceDefinitionNames> {}
export const CustomResourceDefinitionNames: ObjectSchema<CustomResourceDefinitionNames> = customResourceDefinitionNames;

const customResourceColumnDefinition = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition",
  {
    name: field(1, string(), "Heading of the column.", { required: true }),
    type: field(2, string({ enum: ["integer", "number", "string", "boolean", "date"] }), "OpenAPI type of the cells.", {
      required: true,
    }),
    format: field(3, string(), "OpenAPI format of the cells."),
    description: field(4, string(), "What the column shows."),
    priority: field(5, int32(), "0 shows always, above 0 only in wide tables."),
    jsonPath: field(6, string(), "Path of the value in the object.", { required: true }),
  },
);
/** A column of the kind's table. */
export interface CustomResourceColumnDefinition extends TypeOf<typeof customResourceColumnDefinition> {}
export const CustomResourceColumnDefinition: ObjectSchema<CustomResourceColumnDefinition> =
  customResourceColumnDefinition.check(columnIsDeclared);

const customResourceSubresourceStatus = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus",
  {},
);
/** Says that status is written apart. */
export interface CustomResourceSubresourceStatus extends TypeOf<typeof customResourceSubresourceStatus> {}
export const CustomResourceSubresourceStatus: ObjectSchema<CustomResourceSubresourceStatus> =
  customResourceSubresourceStatus;

const customResourceSubresourceScale = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale",
  {
    specReplicasPath: field(1, string(), "Path of the wanted replicas, below .spec.", { required: true }),
    statusReplicasPath: field(2, string(), "Path of the actual replicas, below .status.", { required: true }),
    labelSelectorPath: field(3, string(), "Path of the selector as text.", { pointer: true }),
  },
);
/** Where the numbers of the scale subresource are. */
export interface CustomResourceSubresourceScale extends TypeOf<typeof customResourceSubresourceScale> {}
export const CustomResourceSubresourceScale: ObjectSchema<CustomResourceSubresourceScale> =
  customResourceSubresourceScale.check(
    pathsAreUnder("specReplicasPath", ".spec."),
    pathsAreUnder("statusReplicasPath", ".status."),
  );

const customResourceSubresources = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources",
  {
    status: field(1, CustomResourceSubresourceStatus, "Writes status apart from the rest.", { pointer: true }),
    scale: field(2, CustomResourceSubresourceScale, "Reads and writes the number of replicas.", { pointer: true }),
  },
);
/** Subresources of a custom kind. */
export interface CustomResourceSubresources extends TypeOf<typeof customResourceSubresources> {}
export const CustomResourceSubresources: ObjectSchema<CustomResourceSubresources> = customResourceSubresources;

const selectableField = object("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.SelectableField", {
  jsonPath: field(1, string(), "Path of the field.", { required: true }),
});
/** A field that field selectors may name. */
export interface SelectableField extends TypeOf<typeof selectableField> {}
export const SelectableField: ObjectSchema<SelectableField> = selectableField;

const customResourceDefinitionVersion = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion",
  {
    name: field(1, string({ check: dns1035Label }), "Name of the version, such as v1.", { required: true }),
    served: field(2, boolean(), "Whether the version is served.", { required: true, always: true }),
    storage: field(3, boolean(), "Whether objects are stored in it; true for one version.", {
      required: true,
      always: true,
    }),
    deprecated: field(7, boolean(), "Whether users of the version are warned."),
    deprecationWarning: field(8, string(), "What they are told.", { pointer: true }),
    schema: field(4, CustomResourceValidation, "What objects look like.", { pointer: true }),
    subresources: field(5, CustomResourceSubresources, "Subresources of the kind.", { pointer: true }),
    additionalPrinterColumns: field(6, atomicList(CustomResourceColumnDefinition), "Columns of the kind's table."),
    selectableFields: field(
      9,
      array(SelectableField, { list: "atomic", maxItems: 8 }),
      "Fields that field selectors may name.",
    ),
  },
);
/** A version of a custom kind. */
export interface CustomResourceDefinitionVersion extends TypeOf<typeof customResourceDefinitionVersion> {}
export const CustomResourceDefinitionVersion: ObjectSchema<CustomResourceDefinitionVersion> =
  customResourceDefinitionVersion.check(selectablesDiffer);

const customResourceDefinitionSpec = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec",
  {
    group: field(1, string(), "Group that serves it.", { required: true }),
    names: field(3, CustomResourceDefinitionNames, "Its names.", { required: true, always: true }),
    scope: field(4, string({ enum: ["Cluster", "Namespaced"] }), "Cluster or Namespaced.", { required: true }),
    versions: field(7, atomicList(CustomResourceDefinitionVersion), "Its versions.", { required: true }),
    conversion: field(9, CustomResourceConversion, "How versions are translated.", {
      pointer: true,
      default: { strategy: "None" },
    }),
    preserveUnknownFields: field(10, boolean(), "Must be false; schemas may keep unknown fields instead."),
  },
);
/** What a custom kind is. */
export interface CustomResourceDefinitionSpec extends TypeOf<typeof customResourceDefinitionSpec> {}
export const CustomResourceDefinitionSpec: ObjectSchema<CustomResourceDefinitionSpec> = customResourceDefinitionSpec
  .completed(defaultNames)
  .check(groupStays, namesAreProper, oneStorageVersion, schemasAreStructural);

const customResourceDefinitionCondition = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionCondition",
  {
    type: field(1, string(), "What the condition is about.", { required: true }),
    status: field(2, string({ enum: ["True", "False", "Unknown"] }), "True, False or Unknown.", { required: true }),
    lastTransitionTime: field(3, time(), "When the status last changed."),
    reason: field(4, string(), "One CamelCase word that says why."),
    message: field(5, string(), "Details for people."),
    observedGeneration: field(6, int64(), "Generation that the condition was computed from."),
  },
);
/** One aspect of a custom kind's state. */
export interface CustomResourceDefinitionCondition extends TypeOf<typeof customResourceDefinitionCondition> {}
export const CustomResourceDefinitionCondition: ObjectSchema<CustomResourceDefinitionCondition> =
  customResourceDefinitionCondition;

const customResourceDefinitionStatus = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus",
  {
    conditions: field(
      1,
      array(CustomResourceDefinitionCondition, { list: "map", keys: ["type"] }),
      "Aspects of its state.",
    ),
    acceptedNames: field(2, CustomResourceDefinitionNames, "Names under which it is served.", { always: true }),
    storedVersions: field(3, atomicList(string()), "Versions in which objects were ever stored."),
    observedGeneration: field(4, int64(), "Generation that the status was computed from."),
  },
);
/** State of a custom kind. */
export interface CustomResourceDefinitionStatus extends TypeOf<typeof customResourceDefinitionStatus> {}
export const CustomResourceDefinitionStatus: ObjectSchema<CustomResourceDefinitionStatus> =
  customResourceDefinitionStatus;

/** A kind of the API that users define. */
export const CustomResourceDefinition = kind({
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  scope: "Cluster",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  doc: "A kind of the API that users define.",
  columns: crdColumns,
  checks: [nameIsPluralGroup],
  checkName: dns1123Subdomain,
  unconditionalUpdate: false,
  definition: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
  fields: {
    spec: field(2, CustomResourceDefinitionSpec, "What the kind is.", { required: true, always: true }),
    status: field(3, CustomResourceDefinitionStatus, "State of the kind.", { always: true }),
  },
});
export interface CustomResourceDefinition extends ObjectOf<typeof CustomResourceDefinition> {}
