// Field selectors: `spec.nodeName=a,status.phase!=Running`.
import { SelectorError } from "./label-selector.ts";

/** One comparison of a field with a text. */
export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Terms between commas that no backslash escapes; empty ones say nothing. */
const TERM = /(?:[^\\,]|\\.|\\$)+/gsu;
const SOUND_VALUE = /^(?:[^\\,=]|\\[\\,=])*/su;

function unescapeValue(text: string): string {
  const sound = SOUND_VALUE.exec(text)?.[0] ?? "";
  const [wrong = "", escaped = ""] = text.slice(sound.length);
  if (wrong === "") return text.replace(/\\(.)/gs, "$1");
  if (wrong === "\\") throw new SelectorError(`invalid field selector: invalid escape sequence: ${wrong}${escaped}`);
  throw new SelectorError(`invalid field selector: unescaped character in value: ${wrong.codePointAt(0)}`);
}

/** Parses a field selector; commas, equal signs and backslashes in values are escaped by a backslash. Throws {@link SelectorError}. */
export function parseFieldSelector(text: string): readonly FieldRequirement[] {
  return (text.match(TERM) ?? []).map((term) => {
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
    if (!match) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = "", operator, value = ""] = match;
    return { field, equal: operator !== "!=", value: unescapeValue(value) };
  });
}

/** Writes a field selector. */
export function formatFieldSelector(requirements: readonly FieldRequirement[]): string {
  return requirements
    .map(({ field, equal, value }) => `${field}${equal ? "=" : "!="}${value.replace(/[\\,=]/g, "\\$&")}`)
    .join(",");
}
