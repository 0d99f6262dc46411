// Tests of the manifests of packages.
import { table } from "../table.ts";
import { manifests } from "./manifests.ts";

const path = "packages/std/package.json";
const good = { name: "@knots/std", exports: { ".": "./src/index.ts" }, dependencies: { ws: "8.23.0" } };
const compiled = { "tsconfig.json": `{"references":[{"path":"packages/std"}]}` };
const as = (change: object): Record<string, string> => ({
  ...compiled,
  [path]: JSON.stringify({ ...good, ...change }),
});

table(manifests, [
  ["closed, named, ranked, compiled, pinned", as({}), []],
  ["a second door", as({ exports: { ".": "./src/index.ts", "./x": "./src/x.ts" } }), [`${path}:1`]],
  ["another name", as({ name: "std" }), [`${path}:1`]],
  ["a range instead of a version", as({ dependencies: { ws: "^8.0.0" } }), [`${path}:1`]],
  ["not compiled", { [path]: JSON.stringify(good) }, [`${path}:1`]],
  [
    "without a rank",
    { "packages/new/package.json": JSON.stringify({ ...good, name: "@knots/new" }), "tsconfig.json": `"packages/new"` },
    ["packages/new/package.json:1"],
  ],
]);
