// Makes one JavaScript file out of an entry with everything that it reaches, npm packages included.
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/** One file to make. */
export interface BundleRequest {
  /** Relative to the top of the repository. */
  readonly entry: string;
  readonly outfile: string;
}

export interface Bundle {
  readonly bytes: number;
  /** Source files in it, relative to the top. */
  readonly inputs: readonly string[];
}

/** CommonJS packages call `require` for modules of Node, which a module file does not have. */
const BANNER = `import { createRequire as createRequireForBundle } from "node:module";
const require = createRequireForBundle(import.meta.url);`;

/** Our modules do nothing when they are loaded, so those of which no name is used stay out. */
function ownModules(top: string): Plugin {
  return {
    name: "own-modules",
    setup(host) {
      host.onResolve({ filter: /^@knots\/[^/]+$/ }, ({ path }) => ({
        path: join(top, "packages", path.slice("@knots/".length), "src", "index.ts"),
        sideEffects: false,
      }));
      host.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, kind }) =>
        resolveDir.startsWith(join(top, "packages")) && kind !== "entry-point"
          ? { path: join(resolveDir, path), sideEffects: false }
          : undefined,
      );
    },
  };
}

/** Writes the bundle; a warning is an error, since nobody would read it. */
export async function bundle(top: string, { entry, outfile }: BundleRequest): Promise<Bundle> {
  const { metafile, warnings } = await build({
    absWorkingDir: top,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    banner: { js: BANNER },
    legalComments: "none",
    metafile: true,
    logLevel: "error",
    plugins: [ownModules(top)],
  });
  const [warning] = warnings;
  if (warning) throw new Error(`${warning.location?.file ?? entry}: ${warning.text}`);
  const outputs = Object.values(metafile.outputs);
  return {
    bytes: outputs.reduce((sum, output) => sum + output.bytes, 0),
    inputs: outputs.flatMap(({ inputs }) =>
      Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
    ),
  };
}
