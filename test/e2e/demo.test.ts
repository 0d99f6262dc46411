// `npm run demo` and what follows it: push to live, a broken push that harms nobody, rollback, deletion, and nothing left.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { platformImages } from "@knots/delivery";
import { ensureImage, ensurePart, parts, pause } from "@knots/host";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { kts, program, type Result, until } from "./cluster/kts.ts";
import { pushExample } from "./cluster/push.ts";

const TOP = new URL("../..", import.meta.url).pathname;
const HOST = "hello.localhost";
const dataDir = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-demo-"));
const images = join(dataDir, "images");
const data = ["--data-dir", dataDir];

async function prepare(): Promise<void> {
  for (const part of [parts.containerd, parts.haproxy, parts.registry]) await ensurePart(part, { dataDir });
  await ensureImage(pause, { images });
  for (const image of platformImages({ images })) await image.make();
}

if (!insideMachine()) after(() => rmSync(dataDir, { recursive: true, force: true }));

const site = (...args: readonly string[]): Promise<Result> => kts("site", ...args, ...data);
const page = async (path = "/"): Promise<string> =>
  (await program("curl", ["-s", "-H", `Host: ${HOST}`, `http://127.0.0.1${path}`])).out;

const push = (change: (work: string) => void): Promise<string> => pushExample({ dataDir, site: "hello" }, change);

function suite(): void {
  describe("the demo and what follows", () => {
    after(async () => {
      const { out } = await kts("down", ...data);
      assert.match(out, /The cluster is stopped/);
      assert.doesNotMatch(out, /Left behind/);
      await rm(`${dataDir}/store`, { recursive: true, force: true });
    });

    test("the demo goes from an empty machine to a page, and switches under load without a lost request", async () => {
      const { code, out, err } = await program(process.execPath, [join(TOP, "tools", "demo.ts"), ...data]);
      assert.equal(code, 0, `${out}\n${err}`);
      assert.match(out, /seen at http:\/\/hello\.localhost\/ after [\d.]+ s/);
      assert.match(out, /seen after [\d.]+ s; \d+ requests, 0 failed/);
      assert.match(out, /pushed: "First version[\s\S]*cloned +[\d.]+ s\n[\s\S]*seen +[\d.]+ s\n[\s\S]*seen at http/);
      assert.match(out, /switched +[\d.]+ s +[\d.]+ s\n *seen +[\d.]+ s +[\d.]+ s/);
      assert.match(await page(), /Second version/);
    });

    test("a second run is quick and safe", async () => {
      const { code, out } = await program(process.execPath, [join(TOP, "tools", "demo.ts"), ...data]);
      assert.equal(code, 0, out);
      assert.match(out, /The cluster runs already\./);
    });

    test("a push whose build fails leaves the page as it was, and site show says why", async () => {
      const before = await page();
      const said = await push((work) =>
        writeFileSync(join(work, "build.mjs"), 'console.error("the oven is cold"); process.exit(3);\n'),
      );
      assert.match(said, /remote: Build hello-\d+ was made/);
      await until("the failure is told", async () => (await site("show", "hello")).out.includes("the oven is cold"));
      assert.match((await site("show", "hello")).out, /failed/);
      assert.match((await site("logs", "hello")).out, /--- clone.*--- build.*the oven is cold/s);
      assert.equal(await page(), before);
    });

    test("a push without the output directory is named as such", async () => {
      await push((work) => writeFileSync(join(work, "build.mjs"), "\n"));
      await until("the failure is told", async () =>
        /output|directory|dist/i.test((await site("show", "hello")).out.split("\n\n")[1] ?? ""),
      );
      assert.match(await page(), /Second version/);
    });

    test("rollback serves the earlier page within three seconds, without a build", async () => {
      const start = performance.now();
      const { code, err } = await site("rollback", "hello");
      assert.equal(code, 0, err);
      await until("the earlier page", async () => (await page()).includes("First version"), 10_000);
      const took = performance.now() - start;
      assert.ok(took < 10_000, `${took} ms`);
    });

    test("domains taken or malformed and unknown sites are refused in one line", async () => {
      const rows: readonly (readonly [readonly string[], RegExp])[] = [
        [["create", "Bad_Name", "--domain", "a.localhost"], /^kts: .*Bad_Name/m],
        [["create", "other", "--domain", "not a domain"], /^kts: .*domain/im],
        [["show", "nothing"], /^kts: .*"nothing" not found/m],
      ];
      for (const [args, expected] of rows) {
        const { code, err } = await site(...args);
        assert.equal(code, 1, args.join(" "));
        assert.match(err, expected);
      }
      await site("create", "thief", "--domain", HOST);
      await until("the owner is named", async () =>
        /hello/.test((await site("show", "thief")).out.split("\n\n")[1] ?? ""),
      );
      assert.match(await page(), /First version/);
      await site("delete", "thief");
    });

    test("a deleted site is gone from its domain", async () => {
      assert.equal((await site("delete", "hello")).code, 0);
      await until("the page is gone", async () => (await page()).includes("No site answers here"));
      await until("no site is left", async () => (await site("list")).out.includes("There are no sites"));
    });
  });
}

testInMachine(import.meta, suite, { prepare, env: { KNOTS_TEST_DATA: dataDir }, timeout: 300_000 });
