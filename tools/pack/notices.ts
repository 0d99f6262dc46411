// Gathers the licences of the npm packages that a bundle contains.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Licences that ask for no more than their text beside the copy. */
const ACCEPTED = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"]);
const LICENCE_FILE = /^(licen[cs]e|copying|copyright|notice)/i;

/** Folders of the npm packages that `inputs` belong to, each once, by name. */
export function packageFolders(inputs: readonly string[]): readonly string[] {
  const folders = inputs.map((path) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** A package as its notice shows it. */
export interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  /** Contents of its licence files. */
  readonly texts: readonly string[];
}

/** One notice; throws for a licence that nobody has looked at, and for one without a text. */
export function noticeOf({ name, version, license, texts }: Licensed): string {
  if (license === undefined || !ACCEPTED.has(license))
    throw new Error(`${name} has the licence ${license}: read it, then add it to ACCEPTED or drop the package`);
  if (texts.length === 0) throw new Error(`${name} has no licence file: its text must be in the notices`);
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join("\n\n");
}

function licensed(folder: string): Licensed {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Licensed;
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8"));
  return { name, version, ...(license !== undefined && { license }), texts };
}

const RULE = `\n\n${"-".repeat(80)}\n\n`;

/** The text of all notices for the bundled files. */
export function noticesOf(top: string, inputs: readonly string[]): string {
  const notices = packageFolders(inputs).map((folder) => noticeOf(licensed(join(top, folder))));
  return `${["Knots contains these packages, each under its own licence.", ...notices].join(RULE)}\n`;
}
