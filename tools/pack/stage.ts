// Puts the files of the published package into a folder.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { writeDeclarations } from "./declarations.ts";
import { BUNDLES, NOTICES, publishedManifest, type RootManifest } from "./manifest.ts";
import { noticesOf } from "./notices.ts";

/** A line about something that was made. */
export interface Made {
  readonly name: string;
  readonly bytes: number;
}

const COPIED = ["LICENSE", "README.md", "bin"];

/** Fills `folder`, which must be empty, from the repository at `top`. */
export async function stage(top: string, folder: string): Promise<readonly Made[]> {
  const dist = join(folder, "dist");
  mkdirSync(dist);
  for (const name of COPIED) cpSync(join(top, name), join(folder, name), { recursive: true });
  const root = JSON.parse(readFileSync(join(top, "package.json"), "utf8")) as RootManifest;
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(publishedManifest(root), null, 2)}\n`);
  const bundles = await Promise.all(
    BUNDLES.map(async ({ entry, file }) => ({ file, ...(await bundle(top, { entry, outfile: join(dist, file) })) })),
  );
  const notices = noticesOf(
    top,
    bundles.flatMap(({ inputs }) => inputs),
  );
  writeFileSync(join(folder, NOTICES), notices);
  const { files, bytes } = writeDeclarations(top, dist);
  return [
    ...bundles.map((made) => ({ name: `dist/${made.file}`, bytes: made.bytes })),
    { name: `dist/types (${files} files)`, bytes },
    { name: NOTICES, bytes: Buffer.byteLength(notices) },
  ];
}
