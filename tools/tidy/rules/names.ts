// Source files and their folders have kebab-case names; a suffix tells the variant: `.node`, `.memory`, `.test`.
import type { Finding, Rule } from "../project.ts";

const kebab = "[a-z0-9]+(-[a-z0-9]+)*";
const fileName = new RegExp(`^${kebab}(\\.${kebab}){0,2}\\.(ts|tsx|mjs)$`);
const folderName = new RegExp(`^${kebab}$`);

export const names: Rule = (project) =>
  project.sources.flatMap((file): Finding[] => {
    const folders = file.path.split("/");
    const name = folders.pop() ?? "";
    const bad = fileName.test(name)
      ? folders.find((folder) => !folderName.test(folder) && !folder.startsWith("."))
      : name;
    return bad === undefined
      ? []
      : [{ file: file.path, line: 1, message: `name ${bad}: use kebab-case, as in work-queue.node.test.ts` }];
  });
