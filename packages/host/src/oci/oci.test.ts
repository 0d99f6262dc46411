// Images: the same input always gives the same bytes, other tools can read them, and a layer is appended without change below.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { run } from "../process/run.node.ts";
import { blobPath, readBlob, tarChunks, writeLayer } from "./blobs.node.ts";
import { ensureImage } from "./build.node.ts";
import { type LayerEntry, orderedEntries } from "./entry.ts";
import { appendLayer, imageArchive, readImage, writeImage } from "./layout.node.ts";
import { parseLibraries } from "./libraries.ts";
import type { ImageRecipe } from "./recipe.ts";
import { busybox } from "./recipes/busybox.ts";
import { fullReference } from "./reference.ts";
import { padding } from "./tar.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "knots-oci-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function bytes(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const text = (path: string, content: string): LayerEntry => ({
  type: "file",
  path,
  mode: 0o644,
  content: Buffer.from(content),
});

const references: readonly [string, string][] = [
  ["nginx", "docker.io/library/nginx:latest"],
  ["nginx:1.20.2", "docker.io/library/nginx:1.20.2"],
  ["bitnami/kubectl", "docker.io/bitnami/kubectl:latest"],
  ["registry.k8s.io/pause:3.9", "registry.k8s.io/pause:3.9"],
  ["localhost/a", "localhost/a:latest"],
  ["host:5000/a/b", "host:5000/a/b:latest"],
  ["nginx@sha256:00", "docker.io/library/nginx@sha256:00"],
];
for (const [short, full] of references) {
  test(`the full name of ${short} is ${full}`, () => assert.equal(fullReference(short), full));
}

test("entries come in order of path with their parents, whatever their own order, and the later of two wins", () => {
  const entries = [text("b/z", "1"), text("/a", "2"), text("b/z/../z".replace("/../z", ""), "3")];
  const ordered = orderedEntries(entries);
  assert.deepEqual(
    ordered.map(({ path, type }) => `${type} ${path}`),
    ["file a", "directory b", "file b/z"],
  );
  assert.equal(ordered[2]?.type === "file" && ordered[2].content.toString(), "3");
  for (const path of ["", "/", "../x", "a/../../b"])
    assert.throws(() => orderedEntries([text(path, "")]), /not a path/);
});

test("tar reads what we write: names of any length and script, modes, links and empty files", async (t) => {
  const at = await folder(t);
  const long = `${"deep/".repeat(40)}${"长".repeat(30)}`;
  const entries: LayerEntry[] = [
    text(long, "far"),
    text("empty", ""),
    text("block", "x".repeat(512)),
    { type: "directory", path: "private", mode: 0o700, uid: 1000, gid: 1000 },
    { type: "link", path: "link", target: "deep/".repeat(30) },
    { type: "file", path: "tool", mode: 0o755, content: Buffer.from("#!/bin/sh\n") },
  ];
  await writeFile(join(at, "x.tar"), await bytes(tarChunks(entries)));
  await run(["tar", "--extract", "--file", join(at, "x.tar"), "--directory", at]);
  assert.equal(await readFile(join(at, long), "utf8"), "far");
  assert.equal((await readFile(join(at, "block"))).length, 512);
  const { stdout } = await run(["tar", "--list", "--verbose", "--numeric-owner", "--utc", "--file", join(at, "x.tar")]);
  assert.match(stdout, /^drwx------ 1000\/1000 +0 1970-01-01 00:00 private\/$/m);
  assert.match(stdout, /^-rwxr-xr-x 0\/0 +10 1970-01-01 00:00 tool$/m);
  assert.match(stdout, new RegExp(`^lrwxrwxrwx 0/0 +0 1970-01-01 00:00 link -> ${"deep/".repeat(30)}$`, "m"));
});

test("padding fills blocks", () => {
  assert.deepEqual(
    [0, 1, 511, 512, 513].map((size) => padding(size).length),
    [0, 511, 1, 0, 511],
  );
});

test("property: a layer's digest depends on its entries, not on their order", async (t) => {
  const layout = await folder(t);
  const names = fc.uniqueArray(fc.stringMatching(/^[a-c]{1,3}(\/[d-f]{1,2})?$/), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(names, fc.string(), fc.nat(), async (paths, content, seed) => {
      const entries = paths
        .filter((path) => !paths.some((other) => other.startsWith(`${path}/`)))
        .map((p) => text(p, content));
      const turned = [
        ...entries.slice(seed % (entries.length || 1)),
        ...entries.slice(0, seed % (entries.length || 1)),
      ];
      const first = await writeLayer(layout, entries);
      assert.deepEqual(await writeLayer(layout, turned), first);
      const changed = await writeLayer(layout, [...entries, text("zz", "more")]);
      assert.notEqual(changed.descriptor.digest, first.descriptor.digest);
    }),
    { numRuns: 30 },
  );
});

test("a fixed layer has a fixed digest, so that a change of format cannot slip in", async (t) => {
  const layout = await folder(t);
  const layer = await writeLayer(layout, [text("index.html", "hello\n")], 0);
  assert.equal(layer.diffId, layer.descriptor.digest);
  assert.equal(layer.diffId, "sha256:16a840ed8e6588fdbd301d1866f9e5087ef136da5a05bf8cd806c0a723d2bacc");
  const packed = await writeLayer(layout, [text("index.html", "hello\n")]);
  assert.equal(packed.diffId, layer.diffId);
  const raw = await readBlob(layout, packed.descriptor.digest);
  assert.deepEqual(gunzipSync(raw), await readBlob(layout, layer.descriptor.digest));
  assert.deepEqual([...raw.subarray(4, 8)], [0, 0, 0, 0], "gzip's time");
});

test("a file that changes while it is packed is refused, and leaves no blob", async (t) => {
  const at = await folder(t);
  await writeFile(join(at, "grows"), "four");
  const entry: LayerEntry = { type: "file", path: "x", mode: 0o644, content: { disk: join(at, "grows"), size: 3 } };
  await assert.rejects(writeLayer(join(at, "layout"), [entry]), /changed while it was packed/);
  const { stdout } = await run(["find", join(at, "layout"), "-type", "f"]);
  assert.equal(stdout, "");
});

test("a digest that is none cannot name a file", () => {
  assert.throws(() => blobPath("/x", "sha256:../../etc/passwd"), /not a sha256 digest/);
});

test("an appended layer keeps what is below, has one digest per input, and the image is read back as written", async (t) => {
  const at = await folder(t);
  const layer = await writeLayer(join(at, "base"), [text("a", "1")]);
  const parts = { layers: [layer], run: { Cmd: ["a"], Env: ["X=1"] }, architecture: "amd64", createdBy: "test" };
  const base = await writeImage(join(at, "base"), ["base"], parts);
  const append = (name: string, content: string) =>
    appendLayer(base, {
      layout: join(at, name),
      names: ["site:1", "site:2"],
      entries: [text("site/index.html", content)],
      createdBy: "pack",
      run: { Cmd: ["b"] },
    });
  const [first, same, other] = [await append("1", "x"), await append("2", "x"), await append("3", "y")];
  assert.equal(first.descriptor.digest, same.descriptor.digest);
  assert.notEqual(first.descriptor.digest, other.descriptor.digest);
  assert.deepEqual(first.manifest.layers[0], base.manifest.layers[0]);
  assert.deepEqual(first.config.config, { Cmd: ["b"], Env: ["X=1"] });
  assert.equal(first.config.rootfs.diff_ids.length, 2);
  assert.deepEqual(await readImage(first.layout), first);
  assert.deepEqual(first.names, ["docker.io/library/site:1", "docker.io/library/site:2"]);
  const archive = await bytes(imageArchive(first));
  await writeFile(join(at, "image.tar"), archive);
  const { stdout } = await run(["tar", "--list", "--file", join(at, "image.tar")]);
  assert.equal(stdout.split("\n").filter((line) => /^blobs\/sha256\/[0-9a-f]{64}$/.test(line)).length, 4);
});

test("the loader's answer is read: paths, the loader itself and what is not found", () => {
  const answer = parseLibraries(`	linux-vdso.so.1 (0x00007ffd)
	libz.so.1 => /r/lib/libz.so.1 (0x00007f01)
	libnone.so => not found
	/lib64/ld-linux-x86-64.so.2 (0x00007f02)
`);
  assert.deepEqual(answer, { found: ["/r/lib/libz.so.1", "/lib64/ld-linux-x86-64.so.2"], missing: ["libnone.so"] });
});

test("a recipe is built once, again elsewhere with the same digest, and brings the libraries of its programs", async (t) => {
  const at = await folder(t);
  const recipe: ImageRecipe = {
    name: "grep",
    tags: ["grep:1"],
    packages: ["grep"],
    items: [{ take: "bin/grep" }, { path: "lib", link: "usr/lib" }, { path: "lib64", link: "usr/lib64" }],
    run: { Entrypoint: ["/usr/bin/grep"] },
    compression: 0,
  };
  const first = await ensureImage(recipe, { images: join(at, "1") });
  const steps: string[] = [];
  const again = await ensureImage(recipe, { images: join(at, "1"), progress: (step) => steps.push(step) });
  assert.deepEqual(again, first);
  assert.deepEqual(steps, []);
  const elsewhere = await ensureImage(recipe, { images: join(at, "2") });
  assert.equal(elsewhere.descriptor.digest, first.descriptor.digest);
  const layer = first.manifest.layers[0]?.digest ?? "";
  const { stdout } = await run(["tar", "--list", "--file", blobPath(first.layout, layer)]);
  for (const file of [
    "usr/bin/grep",
    "usr/lib/x86_64-linux-gnu/libpcre2-8.so.0",
    "usr/lib/x86_64-linux-gnu/libc.so.6",
  ]) {
    assert.ok(stdout.includes(`${file.replace("x86_64", process.arch === "x64" ? "x86_64" : "aarch64")}\n`), file);
  }
  await run(["tar", "--extract", "--file", blobPath(first.layout, layer), "--directory", at]);
  if (process.getuid?.() === 0)
    assert.match((await run(["chroot", at, "/usr/bin/grep", "--version"])).stdout, /GNU grep/);
});

test("a recipe that lacks a library or a file names it and leaves nothing", async (t) => {
  const at = await folder(t);
  await symlink("/nowhere", join(at, "dead"));
  const missing = { ...busybox, items: [{ take: "bin/no-such-tool" }] };
  await assert.rejects(ensureImage(missing, { images: join(at, "i") }), /no-such-tool/);
  const node = { host: process.execPath, as: "usr/bin/node" };
  const lacking: ImageRecipe = { ...busybox, name: "lacking", packages: ["libc6"], items: [node] };
  await assert.rejects(ensureImage(lacking, { images: join(at, "i") }), /lacks .*libstdc\+\+\.so\.6.*add the package/);
  assert.equal((await run(["find", join(at, "i"), "-mindepth", "1"])).stdout, "");
});
