// Tests of the lockfile's completeness.
import { table } from "../table.ts";
import { lockfile } from "./lockfile.ts";

const root = { "package.json": `{"devDependencies":{"biome":"1"}}` };
const lock = (packages: object): Record<string, string> => ({
  ...root,
  "package-lock.json": JSON.stringify({ packages: { "": { devDependencies: { biome: "1" } }, ...packages } }),
});
const biome = { optionalDependencies: { "@biome/linux": "1" } };
const std = { "packages/std/package.json": `{"dependencies":{"ws":"8.0.0"}}` };

table(lockfile, [
  [
    "every package for another system is locked",
    lock({ "node_modules/biome": biome, "node_modules/@biome/linux": {} }),
    [],
  ],
  ["one is left out", lock({ "node_modules/biome": biome }), ["package-lock.json:1"]],
  [
    "it may be below its owner",
    lock({ "node_modules/biome": biome, "node_modules/biome/node_modules/@biome/linux": {} }),
    [],
  ],
  ["a workspace as its manifest says", { ...lock({ "packages/std": { dependencies: { ws: "8.0.0" } } }), ...std }, []],
  [
    "another version",
    { ...lock({ "packages/std": { dependencies: { ws: "7.0.0" } } }), ...std },
    ["package-lock.json:1"],
  ],
  ["a workspace that is not locked", { ...lock({}), ...std }, ["package-lock.json:1"]],
]);
