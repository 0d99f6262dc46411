// Makes the packer one file of JavaScript, as the build image carries it.
import { join } from "node:path";
import { build } from "esbuild";

/** Text of the program. The same source gives the same text. */
export async function bundlePacker(): Promise<string> {
  const result = await build({
    entryPoints: [join(import.meta.dirname, "main.node.ts")],
    // Comments in the text name files from here, wherever this process was started.
    absWorkingDir: import.meta.dirname,
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node24",
    legalComments: "none",
    logLevel: "silent",
    plugins: [
      {
        // Whole packages are imported through their index; only what the packer uses of them is to come along.
        name: "only-what-is-used",
        setup(setup) {
          setup.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...args }) => {
            if (path.startsWith("node:") || pluginData === "asked") return undefined;
            if (!path.startsWith("@knots/")) return { path, external: true, sideEffects: false };
            const { path: found } = await setup.resolve(path, { ...args, pluginData: "asked" });
            return { path: found, sideEffects: false };
          });
        },
      },
    ],
  });
  return result.outputFiles[0]?.text ?? "";
}
