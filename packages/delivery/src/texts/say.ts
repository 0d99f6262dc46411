// Renders texts by key, and finds the values again in a stored English sentence to say it in another language.
import type { Catalogue, Language, Text, Values } from "./catalogue.ts";
import { CONDITIONS, ROLLBACKS, WAITS } from "./conditions.ts";
import { FAILURES } from "./failures.ts";

/** Sentences that objects carry, by reason. A reason that two lists know has one meaning. */
const SENTENCES: Catalogue = { ...WAITS, ...ROLLBACKS, ...CONDITIONS, ...FAILURES };

const PLACEHOLDER = /\{(\w+)\}/g;

/** The text with its values in place; a value that is missing is left out. */
export const render = (text: Text, language: Language, values: Values = {}): string =>
  text[language].replace(PLACEHOLDER, (_whole, name: string) => `${values[name] ?? ""}`);

/** English, as conditions and failures are stored. */
export const english = (text: Text, values?: Values): string => render(text, "en", values);

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The values that `message` was rendered from; undefined when it does not come from this text. */
function valuesOf(template: string, message: string): Values | undefined {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
  const pattern = template
    .split(/\{\w+\}/)
    .map(literal)
    .join("([\\s\\S]*?)");
  const found = new RegExp(`^${pattern}$`).exec(message);
  return found ? Object.fromEntries(names.map((name, at) => [name, found[at + 1] ?? ""])) : undefined;
}

/** Sentences that stand inside others are translated as well. */
function inner(values: Values, language: Language): Values {
  const detail = values["detail"];
  if (typeof detail !== "string") return values;
  for (const text of Object.values(SENTENCES)) {
    const found = detail.length > 0 ? valuesOf(text.en, detail) : undefined;
    if (found) return { ...values, detail: render(text, language, inner(found, language)) };
  }
  return values;
}

/** Says a stored English sentence in `language`; what is not known, or comes from another version, stays as it is. */
export function translate(language: Language, reason: string | undefined, message: string): string {
  const text = SENTENCES[reason ?? ""];
  if (language === "en" || !text) return message;
  const values = valuesOf(text.en, message);
  return values ? render(text, language, inner(values, language)) : message;
}
