// The package.json of what is published, derived from that of the repository.

/** What the published manifest takes over. */
export interface RootManifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

export const BUNDLES = [
  { entry: "packages/cluster/src/public.ts", file: "knots.js" },
  { entry: "packages/cli/src/main.node.ts", file: "kts.js" },
] as const;

export const NOTICES = "THIRD-PARTY-NOTICES.txt";

/** No dependencies: everything is bundled but the Node that the launcher looks for. */
export function publishedManifest(root: RootManifest) {
  const { version, description, license, engines, bin, optionalDependencies } = root;
  return {
    name: "knots",
    version,
    description,
    license,
    type: "module",
    sideEffects: false,
    engines,
    bin,
    exports: {
      ".": { types: "./dist/knots.d.ts", default: "./dist/knots.js" },
      "./package.json": "./package.json",
    },
    files: ["bin", "dist", NOTICES],
    optionalDependencies,
    peerDependencies: { "@types/node": ">=24" },
    peerDependenciesMeta: { "@types/node": { optional: true } },
  } as const;
}
