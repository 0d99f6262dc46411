// Documents point at what exists: links at files, `npm run x` at scripts.
import { posix } from "node:path";
import type { Finding, Project, Rule, TextFile } from "../project.ts";

export const docs: Rule = (project) =>
  project.files
    .filter((file) => file.path.endsWith(".md"))
    .flatMap((file) =>
      file.text
        .split("\n")
        .flatMap((text, at) =>
          [...deadLinks(project, file, text), ...unknownScripts(project, text)].map(
            (message): Finding => ({ file: file.path, line: at + 1, message }),
          ),
        ),
    );

function deadLinks(project: Project, file: TextFile, text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  return targets
    .filter((target) => !/^([a-z]+:|#)/.test(target))
    .map((target) => posix.join(posix.dirname(file.path), target.replace(/#.*/, "")).replace(/\/$/, ""))
    .filter((path) => !project.has(path) && !project.files.some((other) => other.path.startsWith(`${path}/`)))
    .map((path) => `link to ${path}, which does not exist: mend the link or write the page`);
}

function unknownScripts(project: Project, text: string): string[] {
  const known = project.manifest().scripts ?? {};
  return [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)]
    .map((match) => match[1] ?? "")
    .filter((name) => !(name in known) && name !== "build")
    .map((name) => `npm run ${name} is no script: name one of ${Object.keys(known).join(", ")}`);
}
