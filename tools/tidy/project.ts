// The repository as the rules see it: files with their tokens and imports, packages with rank and platform.
import { posix } from "node:path";
import { type Import, importsOf } from "./imports.ts";
import { type Comment, lex, type Token } from "./lex.ts";

export interface TextFile {
  /** Relative to the top of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface SourceFile extends TextFile {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly imports: readonly Import[];
  readonly lines: number;
  /** Directory name under `packages/`, if the file is in one. */
  readonly package: string | undefined;
  /** Tests, test kit, tools and examples: outside the borders. */
  readonly outside: boolean;
}

export interface Layer {
  readonly rank: number;
  readonly platform: "pure" | "node" | "dom";
}

export interface Manifest {
  readonly name?: string;
  readonly exports?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface Project {
  readonly files: readonly TextFile[];
  readonly sources: readonly SourceFile[];
  readonly layers: Readonly<Record<string, Layer>>;
  has(path: string): boolean;
  /** The `package.json` of a package, or of the repository without an argument. */
  manifest(name?: string): Manifest;
  /** Path of the file that an import means, if that is a file of the repository. */
  resolve(from: TextFile, specifier: string): string | undefined;
}

export interface Finding {
  readonly file: string;
  readonly line: number;
  /** Says what is wrong and what to do instead. */
  readonly message: string;
}

export type Rule = (project: Project) => Finding[];

/** Builds the project from all its text files. */
export function projectOf(files: readonly TextFile[]): Project {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const json = (path: string): unknown => JSON.parse(byPath.get(path)?.text ?? "{}");
  const has = (path: string): boolean => byPath.has(path);
  return {
    files,
    sources: files.filter((file) => /\.(ts|tsx|mjs)$/.test(file.path)).map(sourceOf),
    layers: json("layers.json") as Record<string, Layer>,
    has,
    manifest: (name) => json(name === undefined ? "package.json" : `packages/${name}/package.json`) as Manifest,
    resolve(from, specifier) {
      const own = /^@knots\/([^/]+)$/.exec(specifier)?.[1];
      const path = own
        ? `packages/${own}/src/index.ts`
        : /^\.\.?\//.test(specifier)
          ? posix.join(posix.dirname(from.path), specifier)
          : undefined;
      return path !== undefined && has(path) ? path : undefined;
    },
  };
}

function sourceOf(file: TextFile): SourceFile {
  const { tokens, comments } = lex(file.text);
  const name = /^packages\/([^/]+)\//.exec(file.path)?.[1];
  return {
    ...file,
    tokens,
    comments,
    imports: importsOf(tokens),
    lines: file.text.split("\n").length - (file.text.endsWith("\n") ? 1 : 0),
    package: name,
    outside: name === undefined || /\.test\.tsx?$/.test(file.path),
  };
}

/** The files that the borders bind: sources of packages without their tests. */
export function productOf(project: Project): SourceFile[] {
  return project.sources.filter((file) => !file.outside);
}

export function platformOf(project: Project, file: SourceFile): Layer["platform"] | undefined {
  return file.package === undefined ? undefined : project.layers[file.package]?.platform;
}
