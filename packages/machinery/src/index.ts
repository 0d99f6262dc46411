// Public names of @knots/machinery.

export { type Application, type Applied, applyConfiguration, changesBetween } from "./apply/apply.ts";
export { appliedFault } from "./apply/check-applied.ts";
export { type Comparison, compareObjects, isSame } from "./apply/compare.ts";
export { type Conflict, conflictError, withoutAllowed } from "./apply/conflict.ts";
export {
  difference,
  EMPTY_SET,
  equalSets,
  type FieldSet,
  hasPath,
  intersection,
  isEmptySet,
  pathsOf,
  recursiveDifference,
  setOfPaths,
  union,
} from "./apply/field-set.ts";
export { fieldsOf } from "./apply/fields-of.ts";
export { parseFields, writeFields } from "./apply/fields-v1.ts";
export { type Owner, parseOwners, sameButTimes, type Writer, writeOwners } from "./apply/owners.ts";
export type { VersionsOf, VersionView } from "./apply/prune.ts";
export { type ChangesIn, updateOwners } from "./apply/update-owners.ts";
export { joinBytes } from "./codec/bytes.ts";
export { type ParseOptions, parseJson } from "./codec/json.ts";
export {
  decodeProtobuf,
  encodeProtobuf,
  encodeWatchEvent,
  isProtobuf,
  openProtobuf,
  PROTOBUF_TYPE,
  type ProtobufEnvelope,
  protobufEnvelope,
} from "./codec/protobuf.ts";
export { type DecodeMessageOptions, decodeMessage } from "./codec/protobuf-decode.ts";
export { type EncodeOptions, encodeMessage } from "./codec/protobuf-encode.ts";
export {
  type ConditionLike,
  conditionOf,
  isConditionTrue,
  withCondition,
  withoutCondition,
} from "./conditions.ts";
export { CronError, type CronFields, type CronSchedule, cronFault, parseCron } from "./cron.ts";
export { formatZoned, nextCron } from "./cron-time.ts";
export {
  duplicate,
  type FieldError,
  type FieldErrorType,
  type FieldPath,
  fieldPath,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from "./field-error.ts";
export { getIn, setIn } from "./frozen.ts";
export {
  ALL_VERBS,
  type AnyKind,
  apiVersionOf,
  type Column,
  type Conversion,
  type GroupVersionKind,
  type GroupVersionResource,
  type Kind,
  type KindOptions,
  type KubeObject,
  kind,
  type LiveMeta,
  type NamespacedMeta,
  type NewObject,
  type ObjectOf,
  parseApiVersion,
  type ScalePaths,
  type Scope,
  type SubresourceInfo,
  type TypeMeta,
} from "./kind/kind.ts";
export { listSchemaOf } from "./kind/list-schema.ts";
export { type Versioned, type VersionOptions, version } from "./kind/version.ts";
export { StatusSchema, WatchEventSchema } from "./meta/answers.ts";
export { DiscoverySchemas } from "./meta/discovery.ts";
export {
  Condition,
  conditionList,
  finalizerList,
  LabelSelector,
  LabelSelectorRequirement,
  ListMeta,
  ManagedFieldsEntry,
  ObjectMeta,
  OwnerReference,
} from "./meta/object-meta.ts";
export {
  type Cidr,
  cidr,
  configMapKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  envVarName,
  formatIPv4,
  ipAddress,
  isIPv6,
  labelValue,
  parseCidr,
  parseIPv4,
  pathSegmentName,
  portName,
  qualifiedName,
  type TextCheck,
  wildcardSubdomain,
} from "./names.ts";
export type { OpenApiInput } from "./openapi/document.ts";
export type { Parameter } from "./openapi/parameters.ts";
export { openApiV2 } from "./openapi/v2.ts";
export { openApiV3, openApiV3Index } from "./openapi/v3.ts";
export { applyJsonPatch, MAX_OPERATIONS, PatchError } from "./patch/json-patch.ts";
export { applyMergePatch, isJsonObject } from "./patch/merge-patch.ts";
export { applyStrategicPatch } from "./patch/strategic-merge.ts";
export {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  QUANTITY_MESSAGE,
  type Quantity,
  type QuantityFormat,
  quantityMilli,
  quantityValue,
} from "./quantity.ts";
export * from "./schema/builder.ts";
export { type DecodeOptions, decodeFailure, decodeObject, strictFailure } from "./schema/decode.ts";
export { applyDefaults } from "./schema/default.ts";
export { isList, isObject } from "./schema/json-value.ts";
export type {
  AnyField,
  ArrayNode,
  BooleanNode,
  BytesNode,
  Check,
  CheckContext,
  Field,
  FieldOptions,
  FieldsType,
  Inline,
  IntegerNode,
  IntOrStringNode,
  Json,
  JsonNode,
  JsonObject,
  ListRules,
  MapNode,
  NumberNode,
  ObjectNode,
  ObjectSchema,
  QuantityNode,
  Schema,
  SchemaNode,
  StringNode,
  TimeNode,
  TypeOf,
  UnionNode,
} from "./schema/schema.ts";
export { schemaOf } from "./schema/schema.ts";
export { MAX_FIELD_ERRORS, validateObject } from "./schema/validate.ts";
export { type FieldRequirement, formatFieldSelector, parseFieldSelector } from "./selector/field-selector.ts";
export {
  everything,
  formatLabelSelector,
  type Labels,
  nothing,
  parseLabelSelector,
  type Requirement,
  type Selector,
  SelectorError,
  type SelectorOperator,
  selectorFromLabels,
  selectorFromObject,
  selectorOf,
} from "./selector/label-selector.ts";
export { isTolerated, type TaintLike, type TolerationLike, tolerates } from "./selector/toleration.ts";
export {
  ApiError,
  failure,
  isApiError,
  type Status,
  type StatusCause,
  type StatusDetails,
  type StatusReason,
} from "./status.ts";
export { age, ageSince, formatAge } from "./table/age.ts";
export {
  type PartialObjectMetadata,
  type PartialObjectMetadataList,
  PartialSchemas,
  type PartialVersion,
  partialMetadata,
  partialMetadataList,
} from "./table/partial.ts";
export {
  columnsOf,
  type IncludeObject,
  parseIncludeObject,
  type Table,
  type TableColumn,
  type TableOptions,
  type TableRow,
  toTable,
} from "./table/table.ts";
