// Tests of addresses that belong to one place.
import { table } from "../table.ts";
import { addresses } from "./addresses.ts";

const slash = "/";

table(addresses, [
  ["a folder of this machine", { "docs/a.md": `\nsee ${slash}work/main` }, ["docs/a.md:2"]],
  ["a lockfile with addresses", { "package-lock.json": `{"resolved": "${"http"}:${slash}"}` }, ["package-lock.json:1"]],
  ["a lockfile without", { "package-lock.json": `{"resolved": "packages/api"}` }, []],
  ["a password in an address", { "docs/a.md": `https:${slash}/joe:secret@git.example.com` }, ["docs/a.md:1"]],
  ["an address with a port", { "docs/a.md": `https:${slash}/hello.localhost:8443/x` }, []],
  ["a workload, a framework", { "docs/a.md": "frameworks/net /workloads" }, []],
]);
