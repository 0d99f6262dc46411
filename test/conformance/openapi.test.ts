// The documents made from the built-in kinds, compared with those that Kubernetes 1.36 publishes.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import { builtinKinds, DeleteOptions } from "@knots/api";
import { isObject, type Json, type JsonObject, openApiV2, openApiV3 } from "@knots/machinery";

const OPENAPI = fileURLToPath(new URL("../../../shared/reference/openapi-v2-v1.36.0.json.gz", import.meta.url));
const skip = existsSync(OPENAPI) ? false : "the reference documents are not beside this checkout";
const reference = (): JsonObject => JSON.parse(gunzipSync(readFileSync(OPENAPI)).toString()) as JsonObject;

const input = { kinds: builtinKinds, deleteOptions: DeleteOptions, version: "v1.36.0" };
const v2 = openApiV2(input);
/** Only kinds of Kubernetes' own are published. */
const isUpstream = (group: string): boolean => !group.endsWith(".knots.dev");
const kubernetes = openApiV2({ ...input, kinds: builtinKinds.filter(({ group }) => isUpstream(group)) });
const groupVersions = [...new Set(builtinKinds.map(({ group, version }) => `${group}/${version}`))];
const v3Of = (groupVersion: string): JsonObject =>
  openApiV3({
    ...input,
    kinds: builtinKinds.filter(({ group, version }) => `${group}/${version}` === groupVersion),
    related: builtinKinds,
  });

const METHODS = ["get", "put", "post", "patch", "delete", "options", "head"];

const at = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((one, key) => (isObject(one) ? one[key] : undefined), value);
const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

/** Every `$ref` in a document, wherever it stands. */
function refsIn(value: Json): string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(refsIn);
  if (!isObject(value)) return [];
  const own = typeof value["$ref"] === "string" ? [value["$ref"]] : [];
  return [...own, ...Object.values(value).flatMap(refsIn)];
}

test("every reference of the v2 document resolves (DSC-16)", () => {
  const names = new Set(Object.keys(object(v2["definitions"])).map((name) => `#/definitions/${name}`));
  assert.deepEqual(
    refsIn(v2).filter((ref) => !names.has(ref)),
    [],
  );
});

for (const groupVersion of groupVersions) {
  test(`every reference of the v3 document of ${groupVersion} resolves (DSC-16)`, () => {
    const document = v3Of(groupVersion);
    const schemas = object(at(document, "components", "schemas"));
    const names = new Set(Object.keys(schemas).map((name) => `#/components/schemas/${name}`));
    assert.deepEqual(
      refsIn(document).filter((ref) => !names.has(ref)),
      [],
    );
  });
}

test("no group, version and kind stands for two definitions, and no two calls share an id (DSC-16)", () => {
  const kinds = Object.values(object(v2["definitions"])).flatMap((one) =>
    list(at(one, "x-kubernetes-group-version-kind")).map((gvk) => JSON.stringify(gvk)),
  );
  assert.equal(new Set(kinds).size, kinds.length);
  const ids = Object.values(object(v2["paths"])).flatMap((path) =>
    Object.values(object(path)).flatMap((call) => at(call, "operationId") ?? []),
  );
  assert.equal(new Set(ids).size, ids.length);
});

test("each PATCH of the v3 documents names its kind and takes fieldValidation, as kubectl looks for (DSC-14)", () => {
  for (const groupVersion of groupVersions) {
    for (const path of Object.values(object(v3Of(groupVersion)["paths"]))) {
      const patch = at(path, "patch");
      if (patch === undefined || at(patch, "x-kubernetes-action") === "connect") continue;
      assert.ok(at(patch, "x-kubernetes-group-version-kind", "kind"));
      assert.ok(list(at(patch, "parameters")).some((parameter) => at(parameter, "name") === "fieldValidation"));
    }
  }
});

/** A schema without texts and defaults, which are ours. */
function bare(value: Json | undefined): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(bare);
  if (!isObject(value)) return value ?? null;
  const kept = Object.entries(value).filter(([key, entry]) => !(key === "description" && typeof entry === "string"));
  return Object.fromEntries(kept.filter(([key]) => key !== "default").map(([key, entry]) => [key, bare(entry)]));
}

/** Published with a field that we do not serve (shardInfo). */
const WANTED = new Set(["io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"]);
const GVK = "x-kubernetes-group-version-kind";

/** Kinds, fields, types, and what must be there, but for the metadata of core/v1 Events, which upstream demands. */
function comparable(definition: Json | undefined): JsonObject {
  const { [GVK]: gvk, "x-kubernetes-unions": _unions, required, ...rest } = object(bare(definition));
  const demanded = list(required).filter((name) => name !== "metadata");
  return {
    ...rest,
    ...(demanded.length > 0 && { required: demanded.map(String).toSorted() }),
    ...(list(gvk).length === 1 && { [GVK]: gvk ?? null }),
  };
}

test("the definitions are those that are published (DSC-19, LIB-11)", { skip }, () => {
  const theirs = object(reference()["definitions"]);
  const ours = object(kubernetes["definitions"]);
  const different = Object.keys(ours).filter((name) => {
    if (theirs[name] === undefined || WANTED.has(name)) return false;
    return !isDeepStrictEqual(comparable(ours[name]), comparable(theirs[name]));
  });
  assert.deepEqual(different, []);
  assert.deepEqual(
    Object.keys(ours).filter((name) => theirs[name] === undefined),
    [],
  );
});

/** Paths of versions that may still change are not served. */
const isStable = (path: string): boolean => !/\/v\d+(alpha|beta)\d+/.test(path);
/** Groups without a stable version, and the machine's log files, which no path serves. */
const NOT_SERVED = /^\/(apis\/(internal\.apiserver|storagemigration)\.k8s\.io\/$|logs\/)/;

/** The stable part of the published document. */
function stablePaths(document: JsonObject): JsonObject {
  const paths = Object.entries(object(document["paths"]));
  return Object.fromEntries(paths.filter(([path]) => isStable(path) && !NOT_SERVED.test(path)));
}

test("no stable call and no definition that stable calls mention is missing (DSC-16, DSC-17, LIB-11)", { skip }, () => {
  const published = reference();
  const stable = stablePaths(published);
  const callsOf = (paths: JsonObject): string[] =>
    Object.entries(paths).flatMap(([path, item]) =>
      METHODS.filter((method) => at(item, method) !== undefined).map((method) => `${method} ${path}`),
    );
  const ours = new Set(callsOf(object(kubernetes["paths"])));
  assert.deepEqual(
    callsOf(stable).filter((call) => !ours.has(call)),
    [],
  );
  const definitions = object(published["definitions"]);
  const isDefinition = (ref: string): boolean => ref.startsWith("#/definitions/");
  const open = [...refsIn(stable), ...refsIn(published["parameters"] ?? null)].filter(isDefinition);
  const wanted = new Set<string>();
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    const name = ref.slice("#/definitions/".length);
    if (wanted.has(name)) continue;
    wanted.add(name);
    open.push(...refsIn(definitions[name] ?? null));
  }
  const here = object(kubernetes["definitions"]);
  // Only the sharded lists that are not served yet answer with it.
  assert.deepEqual(
    [...wanted].filter((name) => here[name] === undefined),
    ["io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo"],
  );
});

interface Call {
  readonly id: Json | undefined;
  readonly action: Json | undefined;
  readonly gvk: Json | undefined;
  readonly parameters: readonly string[];
  readonly answer: Json | undefined;
}

function callsIn(document: JsonObject): ReadonlyMap<string, Call> {
  const named = object(document["parameters"]);
  const nameOf = (parameter: Json): string => {
    const ref = at(parameter, "$ref");
    return String(at(typeof ref === "string" ? named[ref.slice("#/parameters/".length)] : parameter, "name"));
  };
  const rows = Object.entries(object(document["paths"])).flatMap(([path, item]) =>
    METHODS.flatMap((method): (readonly [string, Call])[] => {
      const call = at(item, method);
      if (call === undefined) return [];
      const parameters = [...list(at(item, "parameters")), ...list(at(call, "parameters"))].map(nameOf);
      const answer = at(call, "responses", "200", "schema", "$ref");
      return [
        [
          `${method} ${path}`,
          {
            id: at(call, "operationId"),
            action: at(call, "x-kubernetes-action"),
            gvk: at(call, GVK),
            parameters: [...new Set(parameters)].filter((name) => name !== "shardSelector").sort(),
            answer,
          },
        ],
      ];
    }),
  );
  return new Map(rows);
}

test("the calls are those that are published: ids, actions, kinds, parameters, answers (LIB-11)", { skip }, () => {
  const theirs = callsIn(reference());
  for (const [call, ours] of callsIn(kubernetes)) {
    const published = theirs.get(call);
    assert.ok(published, `${call} is not published`);
    if (ours.action === "connect" || call.endsWith("/log")) continue;
    // A deletion answers a Status here always, upstream for most kinds.
    const answer = call.startsWith("delete ") ? undefined : published.answer;
    assert.deepEqual(
      { call, ...ours, answer: call.startsWith("delete ") ? undefined : ours.answer },
      { call, ...published, answer },
    );
  }
});
