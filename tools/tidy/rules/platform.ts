// Pure packages touch no platform; Node packages touch it only in `*.node.ts` files.
import { builtinModules } from "node:module";
import { type Finding, platformOf, productOf, type Rule, type SourceFile } from "../project.ts";

export const platform: Rule = (project) =>
  productOf(project).flatMap((file) => {
    const kind = platformOf(project, file) ?? "pure";
    return file.imports.flatMap(({ specifier, line }): Finding[] => {
      const message =
        kind === "node" ? inNode(file, specifier) : kind === "pure" ? inPure(specifier) : inDom(specifier);
      return message === undefined ? [] : [{ file: file.path, line, message }];
    });
  });

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

function inNode(file: SourceFile, specifier: string): string | undefined {
  if (!isBuiltin(specifier) || /\.node\.tsx?$/.test(file.path)) return undefined;
  return `${specifier} outside a *.node.ts file: move the call into one, keep the decision here`;
}

function inPure(specifier: string): string | undefined {
  if (isBuiltin(specifier))
    return `${specifier} in a pure package: take a port as a parameter; the real one lives in host`;
  if (/^(\.|@knots\/)/.test(specifier)) return undefined;
  return `npm package ${specifier} in a pure package: put it behind a port in host, or write the part that is needed`;
}

function inDom(specifier: string): string | undefined {
  return isBuiltin(specifier) ? `${specifier} in a browser package: use the client` : undefined;
}
