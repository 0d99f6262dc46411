// The lockfile is complete: `npm ci` in a fresh clone refuses one that lacks a package or has another version of a manifest.
import type { Finding, Manifest, Project, Rule } from "../project.ts";

interface Entry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Locked = Readonly<Record<string, Entry>>;

const path = "package-lock.json";

export const lockfile: Rule = (project) => {
  const text = project.files.find((file) => file.path === path)?.text;
  if (text === undefined) return [];
  const { packages: locked = {} } = JSON.parse(text) as { readonly packages?: Locked };
  return [...missing(locked), ...stale(project, locked)].map((message): Finding => ({ file: path, line: 1, message }));
};

/** Packages for other systems are often left out by an npm that cannot fetch them; other machines need them. */
function missing(locked: Locked): string[] {
  return Object.entries(locked).flatMap(([owner, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !(`node_modules/${name}` in locked || `${owner}/node_modules/${name}` in locked))
      .map((name) => `${name} of ${owner} is not locked: add an entry with version, os and cpu, as its siblings have`),
  );
}

function stale(project: Project, locked: Locked): string[] {
  const manifests: [string, Manifest][] = Object.keys(project.layers)
    .filter((name) => project.has(`packages/${name}/package.json`))
    .map((name) => [`packages/${name}`, project.manifest(name)]);
  return [["", project.manifest()] as const, ...manifests]
    .filter(([at, manifest]) => wants(manifest) !== wants(locked[at] ?? {}))
    .map(
      ([at]) => `${at || "the root"} has other dependencies than its package.json: run npm install --ignore-scripts`,
    );
}

function wants({ dependencies, devDependencies, optionalDependencies }: Entry): string {
  const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  return JSON.stringify(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
