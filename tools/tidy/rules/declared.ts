// What a package imports stands in its own package.json: npm's hoisting would hide a missing line until the package is used alone.
import { builtinModules } from "node:module";
import type { Finding, Project, Rule, SourceFile } from "../project.ts";

export const declared: Rule = (project) =>
  project.sources.flatMap((file) => {
    const known = declaredFor(project, file);
    return file.imports.flatMap(({ specifier, line }): Finding[] => {
      const name = packageName(specifier);
      if (name === undefined || known.has(name)) return [];
      const where = file.package === undefined ? "package.json" : `packages/${file.package}/package.json`;
      return [{ file: file.path, line, message: `${name} is not declared: add it to ${where}` }];
    });
  });

/** Tests may also use what the repository declares for development, and any workspace. */
function declaredFor(project: Project, file: SourceFile): Set<string> {
  const root = project.manifest();
  const own = file.package === undefined ? {} : project.manifest(file.package).dependencies;
  const names = new Set([...Object.keys(own ?? {}), `@knots/${file.package}`]);
  if (!file.outside) return names;
  for (const name of Object.keys({ ...root.dependencies, ...root.devDependencies })) names.add(name);
  for (const name of Object.keys(project.layers)) names.add(`@knots/${name}`);
  return names.add("knots");
}

function packageName(specifier: string): string | undefined {
  if (/^(\.|\/|#|[a-z]+:)/.test(specifier) || builtinModules.includes(specifier)) return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
