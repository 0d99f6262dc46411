// The programs of a build's steps as text, to be mounted into its pod.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PATHS } from "./pod.ts";
import { NODE_BUILD_IMAGE, type StepProgram } from "./settings.ts";

const FILES = ["steps/output.ts", "steps/program.node.ts", "steps/clone.node.ts", "steps/build.node.ts"] as const;

const fileName = (path: string): string => path.slice(path.indexOf("/") + 1);

/** Reads them from beside this file; where the platform is one bundle, the same texts are passed as `files` instead. */
export async function readStepFiles(): Promise<Readonly<Record<string, string>>> {
  const texts = FILES.map(async (path) => [fileName(path), await readFile(join(import.meta.dirname, path), "utf8")]);
  return Object.fromEntries(await Promise.all(texts)) as Readonly<Record<string, string>>;
}

const program = (image: string, file: string): StepProgram => ({
  image,
  command: ["node", "--disable-warning=ExperimentalWarning", `${PATHS.steps}/${file}`],
});

/** Clone and build as programs of the build image, which has git, Node and npm. */
export const nodeSteps = (image: string = NODE_BUILD_IMAGE) => ({
  clone: program(image, "clone.node.ts"),
  build: program(image, "build.node.ts"),
});
