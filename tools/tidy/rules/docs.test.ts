// Tests of links and commands in documents.
import { table } from "../table.ts";
import { docs } from "./docs.ts";

const scripts = { "package.json": `{"scripts":{"demo":"x"}}` };

table(docs, [
  [
    "a link to a file or folder",
    { "README.md": "[a](docs/a.md) [b](docs/) [c](docs/a.md#part)", "docs/a.md": "[up](../README.md)" },
    [],
  ],
  ["a link to nothing", { "docs/a.md": "\n[a](b.md)" }, ["docs/a.md:2"]],
  ["links to other places are not judged", { "README.md": "[a](https://example.com) [b](#part)" }, []],
  ["a script that exists", { ...scripts, "README.md": "`npm run demo`" }, []],
  ["a script that does not", { ...scripts, "README.md": "`npm run dance`" }, ["README.md:1"]],
]);
