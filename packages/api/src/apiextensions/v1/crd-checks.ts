// Rules of custom resource definitions: names, versions, what stays.
import {
  type Check,
  dns1035Label,
  dns1123Subdomain,
  duplicate,
  type FieldError,
  type FieldPath,
  fieldPath,
  invalid,
  type ObjectMeta,
  required,
} from "@knots/machinery";
import { deepEqual } from "@knots/std";
import { checkText, checkUnchanged } from "../../checks.ts";
import type { JSONSchemaProps } from "./json-schema.ts";
import { checkStructural } from "./structural.ts";

interface NamesView {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}
interface VersionView {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: JSONSchemaProps };
}
interface SpecView {
  readonly group?: string;
  readonly names: NamesView;
  readonly scope: string;
  readonly versions?: readonly VersionView[];
  readonly preserveUnknownFields?: boolean;
}
interface DefinitionView {
  readonly metadata?: ObjectMeta;
  readonly spec?: SpecView;
}

const APPROVAL = "api-approved.kubernetes.io";
const isProtected = (group: string): boolean => /(^|\.)(k8s|kubernetes)\.io$/.test(group);

/** The name says which resource is defined; groups of the project itself need a note that it agrees. */
export const nameIsPluralGroup: Check<DefinitionView> = function* ({ metadata, spec }) {
  if (!spec) return;
  const path = fieldPath("metadata");
  const name = metadata?.name ?? "";
  if (name !== `${spec.names.plural}.${spec.group ?? ""}`) {
    yield invalid(path.child("name"), name, 'must be spec.names.plural+"."+spec.group');
  }
  if (isProtected(spec.group ?? "") && metadata?.annotations?.[APPROVAL] === undefined) {
    yield required(
      path.child("annotations").key(APPROVAL),
      `protected groups must have approval annotation "${APPROVAL}"`,
    );
  }
};

/** The resource stays the same one. */
export const groupStays: Check<SpecView> = function* ({ group, names }, { path, old }) {
  if (!old) return;
  yield* checkUnchanged(path.child("group"), group, old.group);
  yield* checkUnchanged(path.child("names", "plural"), names.plural, old.names.plural);
};

function* checkKind(path: FieldPath, name: string | undefined): Iterable<FieldError> {
  const fault = name ? dns1035Label(name.toLowerCase()) : undefined;
  if (fault !== undefined) yield invalid(path, name, `may have mixed case, but should otherwise match: ${fault}`);
}

function* checkLabels(path: FieldPath, names: readonly string[]): Iterable<FieldError> {
  for (const [index, name] of names.entries()) yield* checkText(path.index(index), name, dns1035Label);
}

export const namesAreProper: Check<SpecView> = function* ({ group = "", names, preserveUnknownFields }, { path }) {
  yield* checkText(path.child("group"), group, dns1123Subdomain);
  if (group !== "" && !group.includes(".")) {
    yield invalid(path.child("group"), group, "should be a domain with at least one dot");
  }
  if (preserveUnknownFields) yield invalid(path.child("preserveUnknownFields"), true, "must be false");
  const at = path.child("names");
  if (names.plural === "") yield required(at.child("plural"));
  yield* checkText(at.child("plural"), names.plural, dns1035Label);
  yield* checkText(at.child("singular"), names.singular, dns1035Label);
  if (names.kind === "") yield required(at.child("kind"));
  yield* checkKind(at.child("kind"), names.kind);
  yield* checkKind(at.child("listKind"), names.listKind);
  if (names.kind !== "" && names.kind === names.listKind) {
    yield invalid(at.child("listKind"), names.listKind, "kind and listKind may not be the same");
  }
  yield* checkLabels(at.child("shortNames"), names.shortNames ?? []);
  yield* checkLabels(at.child("categories"), names.categories ?? []);
};

/** One version is stored, and no two have one name. */
export const oneStorageVersion: Check<SpecView> = function* ({ versions = [] }, { path }) {
  const at = path.child("versions");
  const names = versions.map(({ name }) => name);
  const stored = versions.filter(({ storage }) => storage).length;
  if (new Set(names).size < names.length) yield invalid(at, names, "must contain unique version names");
  if (versions.length > 0 && stored !== 1) {
    yield invalid(at, names, "must have exactly one version marked as storage version");
  }
  for (const [index, { deprecated, deprecationWarning }] of versions.entries()) {
    if (deprecationWarning === undefined || deprecated) continue;
    yield invalid(
      at.index(index).child("deprecationWarning"),
      deprecationWarning,
      "can only be set for deprecated versions",
    );
  }
};

/** Every version has a schema that tells the type of each value. A schema that all versions share is named once. */
export const schemasAreStructural: Check<SpecView> = function* ({ versions = [] }, { path }) {
  const schemas = versions.map(({ schema }) => schema?.openAPIV3Schema);
  const shared = schemas.every((schema) => deepEqual(schema, schemas[0]));
  for (const [index, schema] of schemas.entries()) {
    const at = path.child("versions").index(index).child("schema", "openAPIV3Schema");
    if (!schema) yield required(at, "schemas are required");
    else if (!shared) yield* checkStructural(at, schema);
  }
  if (shared && schemas[0]) yield* checkStructural(path.child("validation", "openAPIV3Schema"), schemas[0]);
};

export const columnIsDeclared: Check<{ readonly jsonPath?: string; readonly priority?: number }> = function* (
  { jsonPath = "" },
  { path },
) {
  if (jsonPath === "" || jsonPath.startsWith(".")) return;
  yield invalid(path.child("jsonPath"), jsonPath, "must be a simple json path starting with .");
};

export const pathsAreUnder = (field: string, root: string): Check<object> =>
  function* (value, { path }): Iterable<FieldError> {
    const text = (value as Readonly<Record<string, string | undefined>>)[field] ?? "";
    if (text !== "" && !text.startsWith(root)) {
      yield invalid(path.child(field), text, `should be a json path under ${root}`);
    }
  };

export const selectablesDiffer: Check<{ readonly selectableFields?: readonly { readonly jsonPath: string }[] }> =
  function* ({ selectableFields = [] }, { path }) {
    const paths = selectableFields.map(({ jsonPath }) => jsonPath);
    for (const [index, text] of paths.entries()) {
      if (paths.indexOf(text) < index)
        yield duplicate(path.child("selectableFields").index(index).child("jsonPath"), text);
    }
  };
