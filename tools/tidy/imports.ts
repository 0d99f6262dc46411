// Finds every import of a file: static, re-export, dynamic and in types.
import type { Token } from "./lex.ts";

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Names between the braces, as exported by the other file; empty for namespace and side-effect imports. */
  readonly names: readonly string[];
}

/** Lists the imports in the order of the text. */
export function importsOf(tokens: readonly Token[]): Import[] {
  const found: Import[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "word" || (token.value !== "import" && token.value !== "export")) continue;
    if (isProperty(tokens, at)) continue;
    const one = token.value === "import" ? importAt(tokens, at) : clauseAt(tokens, at + 1);
    if (one) found.push({ ...one, line: token.line });
  }
  return found;
}

type Found = Omit<Import, "line">;

const declarations = new Set("abstract async class const declare enum function interface let namespace var".split(" "));

function isProperty(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.value;
  return before === "." || before === "?." || tokens[at + 1]?.value === ":";
}

function importAt(tokens: readonly Token[], at: number): Found | undefined {
  const next = tokens[at + 1];
  if (next?.kind === "string") return { specifier: next.value, names: [] };
  if (next?.value !== "(") return clauseAt(tokens, at + 1);
  const argument = tokens[at + 2];
  return argument?.kind === "string" ? { specifier: argument.value, names: [] } : undefined;
}

/** Reads `type? name? , { a as b } from "x"`; anything else (a declaration, `import.meta`) is no clause. */
function clauseAt(tokens: readonly Token[], start: number): Found | undefined {
  const end = tokens.findIndex((_, at) => at >= start && !continues(tokens, at));
  const specifier = tokens[end + 1];
  if (tokens[end]?.value !== "from" || specifier?.kind !== "string") return undefined;
  const clause = tokens.slice(start, end);
  const names = clause.filter((token, at) => isNameBetweenBraces(clause, at) && token.value !== "type");
  return { specifier: specifier.value, names: names.map((token) => token.value) };
}

function continues(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at] as Token;
  if (token.kind !== "word") return token.kind === "string" || /^[{},*]$/.test(token.value);
  const ends = token.value === "from" && tokens[at + 1]?.kind === "string";
  return !ends && !declarations.has(token.value);
}

function isNameBetweenBraces(clause: readonly Token[], at: number): boolean {
  const brace = clause.findIndex((token) => token.value === "{");
  const before = clause[at - 1]?.value ?? "";
  return brace >= 0 && at > brace && clause[at]?.kind === "word" && /^([{,]|type)$/.test(before);
}
