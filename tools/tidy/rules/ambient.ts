// Only cluster and cli read the environment and the arguments of the process; the rest is told.
import { type Finding, productOf, type Rule, type SourceFile } from "../project.ts";

const readers = new Set(["cluster", "cli"]);
const ambientNames = new Set(["env", "argv"]);

export const ambient: Rule = (project) =>
  productOf(project)
    .filter((file) => !readers.has(file.package ?? ""))
    .flatMap((file) =>
      [...members(file), ...imported(file)].map((line): Finding => ({ file: file.path, line, message })),
    );

const message = "process.env or argv: take the value as an option; cluster and cli read the process and pass it on";

function members(file: SourceFile): number[] {
  return file.tokens.flatMap((token, at) => {
    const path = [token, file.tokens[at + 1], file.tokens[at + 2]].map((t) => t?.value);
    return token.kind === "word" && path[0] === "process" && path[1] === "." && ambientNames.has(path[2] ?? "")
      ? [token.line]
      : [];
  });
}

function imported(file: SourceFile): number[] {
  const names = file.imports.filter((one) => /^(node:)?process$/.test(one.specifier));
  return names.filter((one) => one.names.some((name) => ambientNames.has(name))).map((one) => one.line);
}
