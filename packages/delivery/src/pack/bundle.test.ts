// The packer's text, which decides the digest of the build image.
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { bundlePacker } from "./bundle.node.ts";

test("the text is the same wherever the process was started", async (t) => {
  const here = process.cwd();
  t.after(() => process.chdir(here));
  const first = await bundlePacker();
  process.chdir(tmpdir());
  assert.equal(await bundlePacker(), first);
});
