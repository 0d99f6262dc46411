// The built-in kinds against the list of everything that Kubernetes 1.36 serves by default.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { builtinKinds } from "@knots/api";
import type { AnyKind } from "@knots/machinery";

const RESOURCES = fileURLToPath(new URL("../../../shared/reference/api-resources-v1.36.0.json", import.meta.url));
const there = existsSync(RESOURCES);
const skip = there ? false : "the reference documents are not beside this checkout";

interface Resource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly servedByDefault: boolean;
  readonly subresources: readonly { readonly subresource: string }[];
}

/** Every resource in a document, wherever it stands. */
function resourcesIn(value: unknown): readonly Resource[] {
  if (Array.isArray(value)) return value.flatMap(resourcesIn);
  if (typeof value !== "object" || value === null) return [];
  return "resource" in value && "verbs" in value ? [value as Resource] : Object.values(value).flatMap(resourcesIn);
}

const served = there
  ? resourcesIn(JSON.parse(readFileSync(RESOURCES, "utf8"))).filter(({ servedByDefault }) => servedByDefault)
  : [];

function subresourcesOf({ subresources, hasStatus, scale, verbs }: AnyKind): readonly string[] {
  const names = new Set(Object.keys(subresources));
  if (hasStatus && verbs.includes("get")) names.add("status");
  if (scale) names.add("scale");
  return [...names].sort();
}

test("all 68 resources are known", { skip }, () => assert.equal(served.length, 68));

for (const { group, version, resource, ...wanted } of served) {
  test(`${group || "core"}/${version} ${resource} has the names, scope, verbs and subresources that are published (DSC-04, DSC-08)`, () => {
    const kind = builtinKinds.find((one) => one.group === group && one.version === version && one.plural === resource);
    assert.ok(kind, `${resource} is not built in`);
    assert.deepEqual(
      {
        kind: kind.kind,
        shortNames: kind.shortNames,
        categories: kind.categories,
        namespaced: kind.scope === "Namespaced",
        verbs: [...kind.verbs].sort(),
        subresources: subresourcesOf(kind),
      },
      {
        kind: wanted.kind,
        shortNames: wanted.shortNames,
        categories: wanted.categories,
        namespaced: wanted.namespaced,
        verbs: [...wanted.verbs].sort(),
        subresources: wanted.subresources.map(({ subresource }) => subresource).sort(),
      },
    );
  });
}
