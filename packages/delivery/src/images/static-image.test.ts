// The static base image's own nginx, run from the unpacked image: freshness, fallbacks, refusals, and a polite stop.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, watch } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { blobPath, ensureImage, run } from "@knots/host";
import { contentTime } from "../pack/page-files.node.ts";
import { digestOf } from "../registry/client.node.ts";
import { freePort } from "../registry/registry-lab.fixture.node.ts";
import { staticConfig } from "./static-config.ts";
import { staticImage } from "./static-image.ts";

let folder: string;
let nginx: ChildProcess;
let port: number;
const pages = (): string => join(folder, "pages");

/** A file with the time that the packer gives it. */
async function page(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(pages(), path)), { recursive: true });
  await writeFile(join(pages(), path), text);
  const time = contentTime(Buffer.from(digestOf(Buffer.from(text)).slice("sha256:".length), "hex"));
  await utimes(join(pages(), path), time, time);
}

/** Starts the image's nginx with the image's own loader and libraries; resolves when it answers. */
async function start(): Promise<void> {
  const image = await ensureImage(staticImage, { images: join(folder, "images") });
  const root = join(folder, "root");
  await mkdir(root);
  const [layer] = image.manifest.layers;
  await run(["tar", "--extract", "--file", blobPath(image.layout, layer?.digest ?? ""), "--directory", root]);
  const libraries = readdirSync(join(root, "usr/lib")).filter((name) => name.endsWith("-linux-gnu"));
  const loaders = readdirSync(join(root, "usr/lib64")).filter((name) => name.startsWith("ld-linux"));
  port = await freePort();
  const log = join(folder, "access.log");
  const config = staticConfig({
    port,
    pages: pages(),
    modules: join(root, "usr/lib/nginx/modules"),
    mimeTypes: join(root, "etc/nginx/mime.types"),
    pid: join(folder, "nginx.pid"),
    accessLog: log,
    errorLog: join(folder, "error.log"),
    temporary: folder,
    // The folder of the test is its own user's only.
    user: process.getuid?.() === 0 ? "user root;" : "",
  });
  await writeFile(join(folder, "nginx.conf"), config);
  const [loader = "", library = ""] = [loaders[0], libraries[0]];
  const argv = [
    "--library-path",
    join(root, "usr/lib", library),
    join(root, "usr/sbin/nginx"),
    "-c",
    join(folder, "nginx.conf"),
  ];
  nginx = spawn(join(root, "usr/lib64", loader), argv, { stdio: "ignore" });
  await listening();
}

/** nginx writes its pid once it has its port. */
function listening(): Promise<void> {
  return new Promise((resolve, reject) => {
    nginx.once("exit", () => reject(new Error("nginx ended")));
    const look = (): void => {
      if (!existsSync(join(folder, "nginx.pid"))) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    look();
  });
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "knots-static-"));
  await page("index.html", `<script src="/assets/app-BxYz1234.js"></script>${"x".repeat(2000)}`);
  await start();
});
after(async () => {
  nginx.kill();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    call.on("error", reject).end();
  });
}

const immutable = "public, max-age=31536000, immutable";
const freshness: readonly [string, string][] = [
  ["index.html", "no-cache"],
  ["assets/app-BxYz1234.js", immutable],
  ["assets/app.3f2a1b4c.css", immutable],
  ["main.8f14e45fceea167a.chunk.js", immutable],
  ["_next/static/chunks/pages.js", immutable],
  ["robots.txt", "no-cache"],
  ["bootstrap-responsive.css", "no-cache"],
  ["photo-20240101.jpg", "no-cache"],
  ["jquery-3.2.1.min.js", "no-cache"],
  ["photo.jpg", "no-cache"],
];
for (const [path, expected] of freshness) {
  test(`${path} is ${expected === immutable ? "kept for ever" : "asked for again"}`, async () => {
    if (path !== "index.html") await page(path, "content");
    const { status, headers } = await get(`/${path}`);
    assert.deepEqual([status, headers["cache-control"]], [200, expected]);
    assert.deepEqual([headers["server"], headers["last-modified"]], [undefined, undefined]);
    assert.equal(headers["x-content-type-options"], "nosniff");
  });
}

test("a page that changed but kept its length is not taken for the old one", async () => {
  await page("note.html", "one");
  const { headers } = await get("/note.html");
  const etag = String(headers["etag"]);
  assert.equal((await get("/note.html", { "if-none-match": etag })).status, 304);
  await page("note.html", "two");
  assert.equal((await get("/note.html", { "if-none-match": etag })).body, "two");
});

test("an application answers addresses without a file; missing files and hidden ones are missing", async () => {
  await page("docs/index.html", "docs");
  await page("about.html", "about");
  await page("empty/a.css", "a");
  await page(".well-known/a", "well-known");
  await page(".git/config", "secret");
  assert.match((await get("/users/7")).body, /app-BxYz1234/);
  assert.match((await get("/john.doe")).body, /app-BxYz1234/);
  assert.equal((await get("/users/7")).headers["cache-control"], "no-cache");
  assert.match((await get("/empty/")).body, /app-BxYz1234/, "a folder without a page");
  assert.equal((await get("/assets/gone-BxYz1234.js")).status, 404);
  assert.equal((await get("/about")).body, "about");
  assert.equal((await get("/docs/")).body, "docs");
  assert.deepEqual([(await get("/docs")).status, (await get("/docs")).headers["location"]], [301, "/docs/"]);
  assert.equal((await get("/.git/config")).status, 404);
  assert.equal((await get("/.well-known/a")).body, "well-known");
});

test("a site with a page for what is missing shows that", async () => {
  await page("404.html", "lost");
  const { status, body } = await get("/users/7");
  assert.deepEqual([status, body], [404, "lost"]);
  assert.deepEqual([(await get("/gone.js")).status, (await get("/gone.js")).body], [404, "lost"]);
  await rm(join(pages(), "404.html"));
});

test("text is compressed for those who take it", async () => {
  const { headers } = await get("/", { "accept-encoding": "gzip" });
  assert.equal(headers["content-encoding"], "gzip");
  assert.match(await readFile(join(folder, "access.log"), "utf8"), /"GET \/ HTTP\/1.1" 200/);
});

test("SIGQUIT lets a request that has begun come to its end", async () => {
  await page("large.bin", "z".repeat(8 * 1024 * 1024));
  const socket = connect(port, "127.0.0.1");
  let seen = 0;
  await new Promise<void>((resolve) => {
    socket.write("GET /large.bin HTTP/1.0\r\n\r\n");
    socket.once("data", (chunk) => {
      seen += chunk.length;
      socket.pause();
      resolve();
    });
  });
  const ended = new Promise((resolve) => nginx.once("exit", (code) => resolve(code)));
  nginx.kill("SIGQUIT");
  await assert.rejects(refused(), /ECONNREFUSED|ECONNRESET|hang up/);
  socket.on("data", (chunk) => {
    seen += chunk.length;
  });
  socket.resume();
  await new Promise((resolve) => socket.once("end", resolve));
  assert.ok(seen > 8 * 1024 * 1024);
  assert.equal(await ended, 0);
});

/** Asks until the port is closed: nginx tells nobody when it has closed it. */
async function refused(): Promise<never> {
  for (;;) await get("/note.html");
}
