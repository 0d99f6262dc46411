// Which files are tests, and which of them may share a process.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const patterns = [
  "packages/*/src/**/*.test.ts",
  "tools/**/*.test.ts",
  "testkit/history/**/*.test.ts",
  "test/*/**/*.test.ts",
];

/**
 * Test files relative to `top`.
 * @param paths files and folders to choose from; none means all
 */
export function testFiles(top: string, paths: readonly string[] = []): string[] {
  const all = globSync(patterns, { cwd: top });
  const wanted = paths.map((path) => path.replace(/^\.\/|\/$/g, ""));
  return all.filter((file) => wanted.length === 0 || wanted.some((one) => file === one || file.startsWith(`${one}/`)));
}

/** Names of the packages without platform, whose tests share one process. */
export function purePackages(top: string): Set<string> {
  const layers = JSON.parse(readFileSync(join(top, "layers.json"), "utf8")) as Record<string, { platform: string }>;
  return new Set(Object.keys(layers).filter((name) => layers[name]?.platform === "pure"));
}
