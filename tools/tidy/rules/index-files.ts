// index.ts of a package holds its public names and no code.
import type { Token } from "../lex.ts";
import { type Finding, productOf, type Rule } from "../project.ts";

export const indexFiles: Rule = (project) =>
  productOf(project)
    .filter((file) => /^packages\/[^/]+\/src\/index\.ts$/.test(file.path))
    .flatMap((file): Finding[] => {
      const line = firstStranger(file.tokens);
      const message =
        "index.ts has more than re-exports: move the code to a file named for it and export it from there";
      return line === undefined ? [] : [{ file: file.path, line, message }];
    });

/** `export type? {...} from "x"`, `export * as y from "x"` and `export {}` are all that may stand. */
const statement = /^export (type )?(\{[^{}]*\} from S|\* (as W )?from S|\{ \}) ?;? ?/;

function firstStranger(tokens: readonly Token[]): number | undefined {
  const shapes = tokens.map(shape);
  for (let at = 0; at < tokens.length; ) {
    const found = statement.exec(`${shapes.slice(at).join(" ")} `)?.[0];
    if (found === undefined) return tokens[at]?.line;
    at += found.trim().split(" ").length;
  }
  return undefined;
}

const kept = new Set(["export", "type", "from", "as"]);

function shape(token: Token): string {
  if (token.kind === "string") return "S";
  return token.kind === "word" && !kept.has(token.value) ? "W" : token.value;
}
