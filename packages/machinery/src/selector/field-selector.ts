// Field selectors: `spec.nodeName=a,status.phase!=Running`.
import { SelectorError } from "./label-selector.ts";

/** One comparison of a field with a text. */
export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

function unescapeValue(text: string): string {
  return text.replace(/\\([\\,=])/g, "$1");
}

/** Parses a field selector; commas, equal signs and backslashes in values are escaped by a backslash. */
export function parseFieldSelector(text: string): readonly FieldRequirement[] {
  const terms = text.split(/(?<!\\),/).filter((term) => term !== "");
  return terms.map((term) => {
    const match = /^((?:[^\\=!]|\\.)*?)(!=|==|=)(.*)$/s.exec(term);
    if (!match) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = "", operator, value = ""] = match;
    return { field: field.trim(), equal: operator !== "!=", value: unescapeValue(value) };
  });
}

/** Writes a field selector. */
export function formatFieldSelector(requirements: readonly FieldRequirement[]): string {
  return requirements
    .map(({ field, equal, value }) => `${field}${equal ? "=" : "!="}${value.replace(/[\\,=]/g, "\\$&")}`)
    .join(",");
}
