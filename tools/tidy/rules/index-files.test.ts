// Tests of what an index may hold.
import { table } from "../table.ts";
import { indexFiles } from "./index-files.ts";

const index = "packages/std/src/index.ts";

table(indexFiles, [
  [
    "re-exports in every form",
    {
      [index]: `// x\nexport { a, type B as C } from "./a.ts";\nexport * from "./b.ts";\nexport type { D } from "./d.ts";\nexport * as e from "./e.ts";`,
    },
    [],
  ],
  ["an empty package", { [index]: "export {};" }, []],
  ["a constant is code", { [index]: `export * from "./b.ts";\nexport const a = 1;` }, [`${index}:2`]],
  ["an import is code", { [index]: `import { a } from "./a.ts";\nexport { a };` }, [`${index}:1`]],
  ["a type is declared where it belongs", { [index]: `export type A = string;` }, [`${index}:1`]],
  ["the index of a folder is free", { "packages/std/src/x/index.ts": "export const a = 1;" }, []],
]);
