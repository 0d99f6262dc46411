// Each package is closed, named after its folder, ranked and compiled.
import type { Finding, Project, Rule } from "../project.ts";

export const manifests: Rule = (project) => {
  const names = project.files.map((file) => /^packages\/([^/]+)\/package\.json$/.exec(file.path)?.[1]);
  return names.filter((name) => name !== undefined).flatMap((name) => judge(project, name));
};

function judge(project: Project, name: string): Finding[] {
  const { name: title, exports, dependencies } = project.manifest(name);
  const compiled = project.files.find((file) => file.path === "tsconfig.json")?.text ?? "";
  const loose = Object.entries(dependencies ?? {}).find(([, version]) => !/^\d+\.\d+\.\d+/.test(version));
  const faults = [
    title === `@knots/${name}` ? "" : `name is ${title}: call it @knots/${name}`,
    JSON.stringify(exports) === `{".":"./src/index.ts"}` ? "" : `exports are open: only { ".": "./src/index.ts" }`,
    name in project.layers ? "" : "not in layers.json: give it a rank and a platform",
    compiled.includes(`"packages/${name}"`) ? "" : "not in tsconfig.json: add a reference",
    loose === undefined ? "" : `${loose[0]} ${loose[1]} is a range: pin one exact version`,
  ];
  return faults
    .filter((fault) => fault !== "")
    .map((message) => ({ file: `packages/${name}/package.json`, line: 1, message }));
}
