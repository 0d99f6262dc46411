// Texts of the command line by key, in the user's language.
import { english } from "./en.ts";
import { chinese } from "./zh.ts";

/** Every text that the command line can show. */
export type TextKey = keyof typeof english;
/** All texts of one language. */
export type Catalog = Readonly<Record<TextKey, string>>;
export type Language = "en" | "zh";

const catalogs: Readonly<Record<Language, Catalog>> = { en: english, zh: chinese };

/** Looks texts up; `{name}` in a text is replaced by the value of that name. */
export type Texts = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** Texts in `language`. */
export function texts(language: Language): Texts {
  return (key, values = {}) =>
    catalogs[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The language of a locale such as `zh_CN.UTF-8`; English for everything else. */
export function languageOf(locale: string | undefined): Language {
  return locale?.toLowerCase().startsWith("zh") ? "zh" : "en";
}
