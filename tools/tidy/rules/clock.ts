// Time, randomness and ids enter through std: everything else takes a clock or a random source as a parameter.
import type { Token } from "../lex.ts";
import { type Finding, platformOf, productOf, type Rule, type SourceFile } from "../project.ts";

const timers = new Set([
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
]);

/** Properties of global objects that read real time or chance. */
const readings: Readonly<Record<string, ReadonlySet<string>>> = {
  Date: new Set(["now"]),
  Math: new Set(["random"]),
  performance: new Set(["now", "timeOrigin"]),
  crypto: new Set(["randomUUID", "getRandomValues"]),
  process: new Set(["hrtime", "uptime"]),
  Temporal: new Set(["Now"]),
};

export const clock: Rule = (project) =>
  productOf(project)
    .filter((file) => file.package !== "std")
    .flatMap((file) => {
      const pure = platformOf(project, file) === "pure";
      return oncePerLine([...fromImports(file), ...fromTokens(file, pure)]);
    });

function fromTokens(file: SourceFile, pure: boolean): Finding[] {
  return file.tokens.flatMap((token, at): Finding[] => {
    if (token.kind !== "word" || isMember(file.tokens, at)) return [];
    const message = complaint(file.tokens, at, pure);
    return message === undefined ? [] : [{ file: file.path, line: token.line, message }];
  });
}

function complaint(tokens: readonly Token[], at: number, pure: boolean): string | undefined {
  const name = tokens[at]?.value ?? "";
  const [next, then] = [tokens[at + 1]?.value, tokens[at + 2]?.value];
  if (timers.has(name) && next !== ":") return `${name}: take a Clock from @knots/std as a parameter`;
  if (next === "." && readings[name]?.has(then ?? ""))
    return `${name}.${then}: take a Clock or Random from @knots/std as a parameter`;
  if (name !== "Date" || next === ":") return undefined;
  if (pure) return "Date in a pure package: use times in milliseconds and the formats of @knots/std";
  const called = next === "(" ? then === ")" || tokens[at - 1]?.value !== "new" : tokens[at - 1]?.value === "new";
  return called ? "Date() reads the real time: take a Clock from @knots/std as a parameter" : undefined;
}

/** `x.setTimeout` is somebody's own method; `globalThis.setTimeout` is not. */
function isMember(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.value;
  return (before === "." || before === "?.") && tokens[at - 2]?.value !== "globalThis";
}

function fromImports(file: SourceFile): Finding[] {
  return file.imports
    .filter((one) => /^(node:)?timers(\/promises)?$/.test(one.specifier) || one.names.includes("randomUUID"))
    .map(({ specifier, line }) => ({
      file: file.path,
      line,
      message: `${specifier}: take a Clock or Random from @knots/std as a parameter`,
    }));
}

function oncePerLine(found: readonly Finding[]): Finding[] {
  return found.filter((one, at) => found.findIndex((other) => other.line === one.line) === at);
}
