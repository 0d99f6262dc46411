// Sorts test files into the groups that `npm test` runs one after the other.

export interface Group {
  readonly title: string;
  readonly files: readonly string[];
  /** Pure tests share one process; everything else gets a process per file. */
  readonly isolated: boolean;
  /** Files run side by side. End-to-end tests own the machine while they run. */
  readonly concurrent: boolean;
  /** For one test and for one file. */
  readonly limitSeconds: number;
}

/** Suites of `test/` in the order of the parts they need; others follow by name. */
const suiteOrder = ["simulation", "conformance", "store", "e2e"];

/**
 * Returns the groups that have files: first units, then suites.
 * @param files test files relative to the top of the repository
 * @param pure names of the packages whose tests may share one process
 */
export function planOf(files: readonly string[], pure: ReadonlySet<string>): Group[] {
  const sorted = [...files].sort();
  const isPure = (file: string): boolean => pure.has(/^packages\/([^/]+)\//.exec(file)?.[1] ?? "");
  const units = sorted.filter((file) => !file.startsWith("test/"));
  const groups: Group[] = [
    { ...unit, title: "unit, pure packages", files: units.filter(isPure), isolated: false },
    { ...unit, title: "unit, node packages and tools", files: units.filter((file) => !isPure(file)), isolated: true },
    ...suitesOf(sorted).map((suite) => ({
      title: `test/${suite}`,
      files: sorted.filter((file) => suiteOf(file) === suite),
      isolated: true,
      concurrent: false,
      limitSeconds: 900,
    })),
  ];
  return groups.filter((group) => group.files.length > 0);
}

const unit = { concurrent: true, limitSeconds: 120 };

/** What Node is started with, at the top of the repository, to run the files of a group. */
export function runnerArguments(
  { isolated, concurrent, limitSeconds, files }: Group,
  further: readonly string[] = [],
): string[] {
  return [
    "--test",
    `--test-isolation=${isolated ? "process" : "none"}`,
    `--test-timeout=${limitSeconds * 1000}`,
    ...(isolated ? [`--test-concurrency=${concurrent ? 2 : 1}`] : []),
    "--test-reporter=./tools/test/reporter.ts",
    ...further,
    ...files,
  ];
}

function suitesOf(files: readonly string[]): string[] {
  const names = new Set(files.map(suiteOf).filter((name) => name !== undefined));
  const known = suiteOrder.filter((name) => names.has(name));
  const others = [...names].filter((name) => !suiteOrder.includes(name));
  return [...known, ...others];
}

function suiteOf(file: string): string | undefined {
  return /^test\/([^/]+)\//.exec(file)?.[1];
}
