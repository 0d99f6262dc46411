// A package is entered through its index only, and nobody inside walks through its own front door.
import { posix } from "node:path";
import { type Finding, productOf, type Rule, type SourceFile } from "../project.ts";

export const doors: Rule = (project) =>
  project.sources.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }): Finding[] => {
      const message =
        bypass(file, specifier) ?? (productOf(project).includes(file) ? ownDoor(file, specifier) : undefined);
      return message === undefined ? [] : [{ file: file.path, line, message }];
    }),
  );

function bypass(file: SourceFile, specifier: string): string | undefined {
  const deep = /^(@knots\/[^/]+)\/.+/.exec(specifier)?.[1];
  if (deep !== undefined) return `${specifier} reaches inside a package: import from ${deep}, which must export it`;
  const target = /^packages\/([^/]+)\//.exec(landing(file, specifier) ?? "")?.[1];
  if (target === undefined || target === file.package) return undefined;
  return `relative import into packages/${target}: import from @knots/${target}`;
}

function ownDoor(file: SourceFile, specifier: string): string | undefined {
  const own =
    specifier === `@knots/${file.package}` || landing(file, specifier) === `packages/${file.package}/src/index.ts`;
  return own ? "import of the package's own index: import the file that declares the name" : undefined;
}

function landing(file: SourceFile, specifier: string): string | undefined {
  return specifier.startsWith(".") ? posix.join(posix.dirname(file.path), specifier) : undefined;
}
