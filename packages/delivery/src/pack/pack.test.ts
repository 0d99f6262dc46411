// The packer on the real registry: what it finds, what it refuses, that equal pages give equal images, and its one line of JSON.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import type { Build } from "@knots/api";
import { type ImageConfig, type Manifest, type RunResult, tryRun, writeImage, writeLayer } from "@knots/host";
import { REGISTRY_SERVICE } from "../access/names.ts";
import { pushImage } from "../registry/push-image.node.ts";
import { registryLab } from "../registry/registry-lab.fixture.node.ts";
import { packerAccess } from "../registry/scope.ts";
import { packArguments } from "./arguments.ts";
import { bundlePacker } from "./bundle.node.ts";
import { findOutput } from "./output-folder.node.ts";
import { contentTime, pageFiles } from "./page-files.node.ts";

type Files = Readonly<Record<string, string>>;

async function folderWith(t: TestContext, files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "knots-pack-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const page = "<h1>hello</h1>";
const vite = `{"scripts":{"build":"vite build"}}`;
const outputs: readonly [string, Files, string, string | RegExp][] = [
  ["the folder that was named", { "www/index.html": page, "dist/index.html": page }, "www", "www"],
  ["the usual folder", { "package.json": vite, "index.html": page, "dist/index.html": page }, "", "dist"],
  ["what was built rather than its source", { "public/index.html": page, "build/index.html": page }, "", "build"],
  ["a folder in the usual folder", { "dist/app/browser/index.html": page }, "", "dist/app/browser"],
  ["plain pages at the top", { "index.html": page, "package.json": "{}" }, "", "."],
  ["not the source of what must be built", { "package.json": vite, "index.html": page }, "", /dist, build/],
  ["not a folder without pages", { "dist/server.js": "", "dist/other.js": "" }, "", /dist, build/],
  ["not another folder than the named one", { "dist/index.html": page }, "www", /^www$/],
];
for (const [name, files, wanted, expected] of outputs) {
  test(`packed is ${name}`, async (t) => {
    const found = await findOutput(await folderWith(t, files), wanted);
    if (typeof expected === "string") assert.equal(found.found && found.name, expected);
    else assert.match(found.found ? `found ${found.name}` : found.looked.join(", "), expected);
  });
}

test("hidden files, histories and dependencies stay out; links inside stay links", async (t) => {
  const files = {
    "index.html": page,
    ".env": "secret",
    ".git/config": "x",
    "node_modules/a.js": "x",
    ".well-known/a": "x",
    "b/c": "x",
  };
  const folder = await folderWith(t, files);
  await symlink(join(folder, "b/c"), join(folder, "b/link"));
  const { entries, files: count } = await pageFiles(folder, "srv");
  assert.deepEqual(
    entries.map(({ path }) => path).sort((a, b) => (a < b ? -1 : 1)),
    ["srv", "srv/.well-known", "srv/.well-known/a", "srv/b", "srv/b/c", "srv/b/link", "srv/index.html"],
  );
  assert.equal(count, 3);
  const link = entries.find(({ path }) => path === "srv/b/link");
  assert.equal(link?.type === "link" && link.target, "c");
});

test("what leads out, leads nowhere, is no file or is too much is refused", async (t) => {
  const folder = await folderWith(t, { "index.html": page });
  await assert.rejects(pageFiles(folder, "srv", { files: 0, bytes: 1000 }), /more than 0 files/);
  await assert.rejects(pageFiles(folder, "srv", { files: 10, bytes: 3 }), /more than 3 bytes/);
  await symlink("/etc/passwd", join(folder, "out"));
  await assert.rejects(pageFiles(folder, "srv"), /the link out leads out of the folder/);
  await rm(join(folder, "out"));
  await symlink("gone", join(folder, "lost"));
  await assert.rejects(pageFiles(folder, "srv"), /the link lost leads nowhere/);
  await rm(join(folder, "lost"));
  await tryRun(["mkfifo", join(folder, "pipe")]);
  await assert.rejects(pageFiles(folder, "srv"), /pipe is neither/);
  await assert.rejects(pageFiles(await folderWith(t, { ".env": "" }), "srv"), /no files/);
});

test("the time of a file follows from its content and lies in the past", () => {
  const [least, most] = [contentTime(Buffer.alloc(32)), contentTime(Buffer.alloc(32, 0xff))];
  assert.deepEqual([least, most], [Date.UTC(1980, 0) / 1000, Date.UTC(1980, 0) / 1000 + 2 ** 30 - 1]);
});

let lab: Awaited<ReturnType<typeof registryLab>>;
let work: string;
before(async () => {
  lab = await registryLab();
  work = await mkdtemp(join(tmpdir(), "knots-packer-"));
  await writeFile(join(work, "pack.mjs"), await bundlePacker());
  await writeFile(join(work, "ca.crt"), lab.authority.certificate);
  const entries = [{ type: "file", path: "bin/server", mode: 0o755, content: Buffer.from("server") }] as const;
  const layer = await writeLayer(join(work, "base"), entries);
  const parts = { layers: [layer], run: { Entrypoint: ["/bin/server"] }, architecture: "amd64", createdBy: "test" };
  await pushImage(lab.client, "knots/static", "1", await writeImage(join(work, "base"), ["base"], parts));
});
after(async () => {
  await lab.end();
  await rm(work, { recursive: true, force: true });
});

const commit = "c".repeat(40);

interface Packed extends RunResult {
  readonly report: Readonly<Record<string, unknown>>;
}

/** Runs the bundled program as a build does, with a token for the site's repository alone. */
async function packer(
  source: string,
  change: { readonly site?: string; readonly output?: string } = {},
): Promise<Packed> {
  const access = packerAccess({ namespace: "team", name: "hello" });
  const { token } = lab.tokens.issue({ subject: "build", audience: REGISTRY_SERVICE, access, seconds: 60 });
  const tokenFile = join(work, "token");
  await writeFile(tokenFile, token);
  const settings = {
    registry: `127.0.0.1:${lab.options.port}`,
    base: { repository: "knots/static", tag: "1" },
    source,
    tokenFile,
    ca: join(work, "ca.crt"),
  };
  const spec = { site: change.site ?? "hello", commit, settings: { outputDirectory: change.output ?? "" } };
  const build = { metadata: { namespace: "team", name: "hello-1" }, spec } as unknown as Build;
  const own = [`--scratch=${work}`, `--report=${join(work, "report")}`];
  const result = await tryRun([process.execPath, join(work, "pack.mjs"), ...packArguments(settings)(build), ...own]);
  const report = JSON.parse(result.stdout) as Packed["report"];
  assert.deepEqual(JSON.parse(await readFile(join(work, "report"), "utf8")), report, "also where the kubelet reads");
  return { ...result, report };
}

test("pages become one layer on the base, labelled with commit and site; equal pages are the same image", async (t) => {
  const files = { "dist/index.html": page, "dist/assets/app-BxYz1234.js": "1" };
  const source = await folderWith(t, files);
  const { code, report } = await packer(source);
  assert.equal(code, 0, JSON.stringify(report));
  assert.equal(report["files"], 2);
  assert.equal(report["outputDirectory"], "dist");
  console.log(`packed and pushed in ${JSON.stringify(report["milliseconds"])} ms`);
  const stored = await lab.client.manifest("team/hello", commit);
  assert.equal(stored?.digest, report["digest"]);
  const manifest = JSON.parse(stored?.bytes.toString() ?? "") as Manifest;
  const base = JSON.parse((await lab.client.manifest("knots/static", "1"))?.bytes.toString() ?? "") as Manifest;
  assert.deepEqual(manifest.layers[0], base.layers[0]);
  assert.equal(manifest.layers[1]?.size, report["bytes"]);
  const { config } = JSON.parse(
    (await lab.client.readBlob("team/hello", manifest.config.digest)).toString(),
  ) as ImageConfig;
  assert.deepEqual(config, {
    Entrypoint: ["/bin/server"],
    Labels: { "org.opencontainers.image.revision": commit, "knots.dev/site": "team/hello" },
  });
  const again = await folderWith(t, Object.fromEntries(Object.entries(files).reverse()));
  await utimes(join(again, "dist/index.html"), 1, 1);
  assert.equal((await packer(again)).report["digest"], report["digest"]);
  const changed = await folderWith(t, { ...files, "dist/index.html": "<h1>jello</h1>" });
  assert.notEqual((await packer(changed)).report["digest"], report["digest"]);
});

const failures: readonly [string, Files, { site?: string; output?: string }, object][] = [
  [
    "no pages",
    { "a.txt": "x" },
    {},
    { reason: "OutputMissing", values: { directory: "dist, build, out, .output/public, _site, public" } },
  ],
  [
    "the named folder is missing",
    { "dist/index.html": page },
    { output: "www" },
    { reason: "OutputMissing", values: { directory: "www" } },
  ],
  [
    "nothing in it",
    { "dist/.env": "" },
    { output: "dist" },
    { reason: "OutputUnusable", values: { directory: "dist", detail: "it has no files" } },
  ],
  ["another site's repository", { "index.html": page }, { site: "other" }, { reason: "PushFailed" }],
];
for (const [name, files, change, expected] of failures) {
  test(`failure: ${name}`, async (t) => {
    const { code, report } = await packer(await folderWith(t, files), change);
    assert.equal(code, 1);
    assert.partialDeepStrictEqual(report, expected);
  });
}
