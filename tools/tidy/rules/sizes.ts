// Files stay small: one idea each. Declarations in api may be longer, tests somewhat.
import type { Finding, Project, Rule, SourceFile } from "../project.ts";

const limits = { product: 400, tests: 600, declarations: 3000 };

export const sizes: Rule = (project) =>
  project.sources.flatMap((file): Finding[] => {
    const limit = limitOf(file);
    if (file.lines <= limit) return [];
    return [
      {
        file: file.path,
        line: limit + 1,
        message: `${file.lines} lines, limit ${limit}: split it by ideas, one file each`,
      },
    ];
  });

function limitOf(file: SourceFile): number {
  if (/\.test\.tsx?$|^test\/|^testkit\//.test(file.path)) return limits.tests;
  return file.package === "api" ? limits.declarations : limits.product;
}

/** Length of which nine tenths of the product's files stay below. */
export function ninetieth(project: Project): number {
  const lines = project.sources
    .filter((file) => limitOf(file) === limits.product)
    .map((file) => file.lines)
    .sort((a, b) => a - b);
  return lines[Math.ceil(lines.length * 0.9) - 1] ?? 0;
}
