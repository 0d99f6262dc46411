// Which rows the tests say that they prove: ids in brackets at the end of their names.

const ids = String.raw`[A-Z]+-\d\d`;
const brackets = String.raw`\((${ids}(?:, ${ids})*)\)`;

/** The ids at the end of a test's name. */
export function idsOf(name: string): string[] {
  return new RegExp(`${brackets}$`).exec(name)?.[1]?.split(", ") ?? [];
}

/** The ids in a file of tests, where they end a string, and in a transcript, where they end its first line. */
export function idsIn(text: string): string[] {
  const inStrings = [...text.matchAll(new RegExp(`${brackets}(?=["\`])`, "g"))].flatMap(
    (match) => match[1]?.split(", ") ?? [],
  );
  const inTitle = text.startsWith("#") ? idsOf(text.split("\n", 1)[0] ?? "") : [];
  return [...new Set([...inStrings, ...inTitle])];
}

/** What `--test-name-pattern` takes to run the tests of these rows and no others. */
export function patternOf(rows: readonly string[]): string {
  return String.raw`\((?:${ids}, )*(?:${rows.join("|")})(?:, ${ids})*\)$`;
}

/** Files in which a stock client does the work: kubectl, the official client for JavaScript, Debian's client for Python. */
const stockClients = [
  /\/kubectl[^/]*\.test\.ts$/,
  /\/client-node\.test\.ts$/,
  /\/python[^/]*\.test\.ts$/,
  /^test\/e2e\/clients\/transcripts\.test\.ts$/,
  /^test\/e2e\/streaming(-containerd)?\.test\.ts$/,
];

/** How the tests of a file prove a row. */
export function kindOf(file: string): "client" | "protocol" {
  return stockClients.some((pattern) => pattern.test(file)) ? "client" : "protocol";
}
