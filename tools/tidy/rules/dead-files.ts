// Every file is used: imported, started by a script, a test or a package's index.
import type { Project, Rule, SourceFile } from "../project.ts";

export const deadFiles: Rule = (project) => {
  const used = new Set(project.sources.flatMap((file) => mentions(project, file)));
  const commands = project.files.filter((file) => isCommand(file.path)).map((file) => file.text);
  return project.sources
    .filter((file) => /^(packages|tools|testkit)\//.test(file.path) && !isRoot(file.path) && !used.has(file.path))
    .filter((file) => !commands.some((text) => text.includes(file.path)))
    .map((file) => ({
      file: file.path,
      line: 1,
      message: "nobody imports this file: delete it, or export it from its index",
    }));
};

/** Imports, and files named in a string beside the code, as for worker threads and child processes. */
function mentions(project: Project, file: SourceFile): string[] {
  const named = file.tokens.filter((token) => token.kind === "string" && /\.(ts|tsx|mjs)$/.test(token.value));
  const specifiers = [...file.imports.map((one) => one.specifier), ...named.map((token) => token.value)];
  return specifiers.flatMap((specifier) => {
    const beside = project.resolve(file, specifier) ?? project.resolve(file, `./${specifier}`);
    const path = beside ?? (project.has(specifier) ? specifier : undefined);
    return path === undefined || path === file.path ? [] : [path];
  });
}

function isRoot(path: string): boolean {
  return /\.test\.tsx?$|\.d\.ts$|(^|\/)main(\.node)?\.tsx?$|^packages\/[^/]+\/src\/index\.ts$/.test(path);
}

function isCommand(path: string): boolean {
  return path === "package.json" || /^(bin|\.ci)\//.test(path) || /^tools\/[^/]+\.(mjs|ts)$/.test(path);
}
