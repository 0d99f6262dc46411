// The definitions of a document: every structure that its kinds and calls mention, with the kinds they stand for.
import type { AnyKind, GroupVersionKind } from "../kind/kind.ts";
import { listSchemaOf } from "../kind/list-schema.ts";
import { StatusSchema, WatchEventSchema } from "../meta/answers.ts";
import { AnswerSchemas } from "../meta/discovery.ts";
import type { JsonObject, ObjectNode } from "../schema/schema.ts";
import { type Dialect, definitionOf, namedScalars, reachable, referencesIn, refTo, sorted } from "./definitions.ts";
import type { Operation } from "./operation.ts";
import { operationsOf } from "./operations.ts";
import type { Parameter } from "./parameters.ts";
import { resourceLists } from "./server-operations.ts";

/** What a document is made of. */
export interface OpenApiInput {
  /** Kinds of the document, in the order of its paths. */
  readonly kinds: readonly AnyKind[];
  /** Further kinds that subresources take and give (Scale, Eviction ...). */
  readonly related?: readonly AnyKind[];
  /** Body of deletions. */
  readonly deleteOptions: ObjectNode;
  /** Shown as the document's version, such as `v1.36.0`. */
  readonly version: string;
}

/** All calls of the kinds. */
export function operationsIn({ kinds, related = [] }: OpenApiInput): readonly Operation[] {
  const all = [...kinds, ...related];
  const find = ({ group, version, kind }: GroupVersionKind): AnyKind | undefined =>
    all.find((one) => one.kind === kind && one.version === version && one.group === group);
  return [...resourceLists(kinds), ...kinds.flatMap((kind) => operationsOf(kind, find))];
}

const GVK = "x-kubernetes-group-version-kind";
const gvkOf = ({ group, version }: AnyKind, kind: string): JsonObject => ({ group, kind, version });

/** Structures that every group-version knows under its own name. */
function everywhere(kinds: readonly AnyKind[], name: string): JsonObject[] {
  const versions = new Map([["v1", { group: "", version: "v1" }]]);
  for (const { group, version } of kinds)
    versions.set(group === "" ? version : `${group}/${version}`, { group, version });
  return [...versions.values()].map(({ group, version }) => ({ group, kind: name, version }));
}

/** A structure and the kinds that it stands for. */
type Root = readonly [ObjectNode, readonly JsonObject[]];

/** All definitions of a document by name; every reference in them resolves. */
export function definitionsIn(input: OpenApiInput, dialect: Dialect, further: readonly Operation[] = []): JsonObject {
  const { kinds, related = [], deleteOptions } = input;
  const used = referencesIn(
    [...operationsIn(input), ...further].map(({ body, answer }) => [
      ...(body ? [refTo(body.definition, dialect)] : []),
      ...(answer === undefined ? [] : [refTo(answer, dialect)]),
    ]),
  );
  const targets = related.filter((kind) => used.has(kind.schema.name));
  const lists = kinds.filter((kind) => kind.verbs.includes("list"));
  const roots = [
    ...[...kinds, ...targets].map((kind): Root => [kind.schema, [gvkOf(kind, kind.kind)]]),
    ...lists.map((kind): Root => [listSchemaOf(kind), [gvkOf(kind, kind.listKind)]]),
  ];
  const answers = Object.entries(AnswerSchemas)
    .filter(([, node]) => used.has(node.name))
    .map(([kind, node]): Root => [node, kind === "Info" ? [] : [{ group: "", kind, version: "v1" }]]);
  const shared: readonly Root[] = [
    ...answers,
    [StatusSchema, [{ group: "", kind: "Status", version: "v1" }]],
    [WatchEventSchema, everywhere(kinds, "WatchEvent")],
    [deleteOptions, everywhere(kinds, "DeleteOptions")],
  ];
  const gvks = new Map([...roots, ...shared].map(([node, gvk]) => [node.name, gvk]));
  const structures = reachable([...roots, ...shared].map(([node]) => node));
  const definitions: Record<string, JsonObject> = {};
  for (const [name, node] of structures) {
    const gvk = gvks.get(name);
    definitions[name] = { ...definitionOf(node, dialect), ...(gvk && gvk.length > 0 && { [GVK]: gvk }) };
  }
  return sorted({ ...namedScalars(dialect), ...definitions });
}

const WORDS: Readonly<Record<number, string>> = { 200: "OK", 201: "Created", 202: "Accepted" };

/** The answers of a call; `render` says what an answer with a body holds. */
export function answersOf({ codes }: Operation, render: () => JsonObject): JsonObject {
  const rows = codes.map((code): readonly [string, JsonObject] => [
    `${code}`,
    { description: WORDS[code] ?? "", ...render() },
  ]);
  return { ...Object.fromEntries(rows), "401": { description: "Unauthorized" } };
}

/** The paths of a document with their calls. */
export function pathsOf(
  operations: readonly Operation[],
  render: (operation: Operation) => JsonObject,
  parameter: (parameter: Parameter) => JsonObject,
): JsonObject {
  const byPath = Map.groupBy(operations, (operation) => operation.path);
  const paths = [...byPath].map(([path, calls]): readonly [string, JsonObject] => [
    path,
    {
      ...Object.fromEntries(calls.map((operation) => [operation.method, render(operation)])),
      parameters: (calls[0]?.shared ?? []).map(parameter),
    },
  ]);
  return sorted(Object.fromEntries(paths));
}
