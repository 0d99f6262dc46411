// Collects the declarations that the published entry reaches, with imports that work outside the workspace.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";

/** Where a declaration stands among the published ones: `packages/api/src/kinds.d.ts` is `api/kinds.d.ts`. */
const ENTRY = "cluster/public.d.ts";

const sourceOf = (place: string): string => place.replace(/^[^/]+/, "packages/$&/src");

const specifiers = /(\bfrom |\bimport\()"((?:@knots\/|\.\.?\/)[^"]+)"/g;

function published(specifier: string, place: string): string {
  const own = /^@knots\/(.+)$/.exec(specifier)?.[1];
  if (own === undefined) return specifier.replace(/\.ts$/, ".js");
  const path = posix.relative(posix.dirname(place), `${own}/index.js`);
  return path.startsWith(".") ? path : `./${path}`;
}

/** The text of a declaration with `@knots/x` as a relative path and `.js` for `.ts`. */
export function rewrite(text: string, place: string): string {
  return text.replace(
    specifiers,
    (_, before: string, specifier: string) => `${before}"${published(specifier, place)}"`,
  );
}

function reachedFrom(text: string, place: string): string[] {
  const found = [...text.matchAll(specifiers)].map((match) => match[2] ?? "");
  return found.map((path) => posix.join(posix.dirname(place), path).replace(/\.js$/, ".d.ts"));
}

/** Every declaration that `ENTRY` reaches, by place; `read` gives the compiler's text of a source path. */
export function collect(read: (path: string) => string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const waiting = [ENTRY];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (texts.has(place)) continue;
    const text = rewrite(read(sourceOf(place)), place);
    texts.set(place, text);
    waiting.push(...reachedFrom(text, place));
  }
  return texts;
}

/** The file that `exports` names: it asks for what the declarations need of the compiler's libraries. */
const DOOR = `/// <reference lib="es2024" />
/// <reference lib="esnext.disposable" />
/// <reference types="node" />
export * from "./types/${ENTRY.replace(/\.d\.ts$/, ".js")}";
`;

/** Writes `knots.d.ts` and the folder `types` into `folder`; returns how many files and bytes that is. */
export function writeDeclarations(top: string, folder: string): { readonly files: number; readonly bytes: number } {
  const emitted = mkdtempSync(join(tmpdir(), "knots-declarations-"));
  try {
    const compiler = join(top, "node_modules", "typescript", "bin", "tsc");
    execFileSync(process.execPath, [compiler, "-p", join(top, "tools", "pack"), "--outDir", emitted], { cwd: top });
    const texts = collect((path) => readFileSync(join(emitted, path), "utf8"));
    for (const [place, text] of texts) {
      const path = join(folder, "types", place);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    writeFileSync(join(folder, "knots.d.ts"), DOOR);
    return { files: texts.size, bytes: [...texts.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0) };
  } finally {
    rmSync(emitted, { recursive: true });
  }
}
