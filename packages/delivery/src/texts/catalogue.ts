// The form of texts: one entry per key with both languages; `{name}` stands for a value.

/** The languages that people can choose. */
export type Language = "zh" | "en";

/** One text in both languages; both use the same placeholders. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}
export type Catalogue = Readonly<Record<string, Text>>;

/** Values for placeholders. */
export type Values = Readonly<Record<string, string | number>>;
