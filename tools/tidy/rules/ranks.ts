// Packages import packages of strictly lower rank only; product code never imports the test kit.
import type { Finding, Project, Rule, SourceFile } from "../project.ts";
import { productOf } from "../project.ts";

export const ranks: Rule = (project) => [
  ...productOf(project).flatMap((file) => file.imports.flatMap((one) => judge(project, file, one.specifier, one.line))),
  ...Object.keys(project.layers).flatMap((name) => judgeManifest(project, name)),
];

function judge(project: Project, file: SourceFile, specifier: string, line: number): Finding[] {
  if (/(^|\/)testkit\//.test(specifier)) {
    return [{ file: file.path, line, message: "product code imports the test kit: move what it needs into a package" }];
  }
  const other = /^@knots\/([^/]+)/.exec(specifier)?.[1];
  const message = other === undefined ? undefined : complaint(project, file.package ?? "", other);
  return message === undefined ? [] : [{ file: file.path, line, message }];
}

function judgeManifest(project: Project, name: string): Finding[] {
  const file = `packages/${name}/package.json`;
  if (!project.has(file)) return [];
  return Object.keys(project.manifest(name).dependencies ?? {}).flatMap((dependency) => {
    const other = /^@knots\/(.+)$/.exec(dependency)?.[1];
    const message = other === undefined ? undefined : complaint(project, name, other);
    return message === undefined ? [] : [{ file, line: 1, message }];
  });
}

function complaint(project: Project, from: string, to: string): string | undefined {
  const [mine, other] = [project.layers[from], project.layers[to]];
  if (from === to || mine === undefined) return undefined;
  if (other === undefined) return `@knots/${to} is not in layers.json: give it a rank there`;
  if (other.rank < mine.rank) return undefined;
  return `${from} (rank ${mine.rank}) uses ${to} (rank ${other.rank}): move the shared part to a lower rank or meet in API objects`;
}
