// Tests of finding and running examples.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runSnippet, snippetsOf } from "./snippets.ts";

const top = mkdtempSync(join(tmpdir(), "snippets-"));
after(() => rmSync(top, { recursive: true }));

test("only blocks of TypeScript are examples, and they know their line", () => {
  const found = snippetsOf("# Title\n```sh\nls\n```\n\n```ts\nconst a = 1;\n```\n");
  assert.deepEqual(found, [{ line: 7, code: "const a = 1;\n" }]);
});

test("an example that ends well says nothing", () => {
  assert.equal(runSnippet(top, { line: 1, code: "const a: number = 1; await a;" }), undefined);
});

test("an example that throws tells its error", () => {
  assert.match(runSnippet(top, { line: 1, code: "throw new Error('no cluster');" }) ?? "", /no cluster/);
});
