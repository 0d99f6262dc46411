// Texts: both languages say the same with the same values, and stored sentences are found again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText } from "./bytes.ts";
import type { Catalogue } from "./catalogue.ts";
import { CONDITIONS, ROLLBACKS, WAITS } from "./conditions.ts";
import { FAILURES } from "./failures.ts";
import { LABELS, PHASES, STEPS } from "./labels.ts";
import { english, render, translate } from "./say.ts";

const placeholders = (text: string): string =>
  [...text.matchAll(/\{(\w+)\}/g)]
    .map(([, name = ""]) => name)
    .sort()
    .join();

test("both languages are there and use the same values", () => {
  const lists: readonly Catalogue[] = [CONDITIONS, ROLLBACKS, WAITS, FAILURES, LABELS, PHASES, STEPS];
  for (const [key, { zh, en }] of lists.flatMap((list) => Object.entries(list))) {
    assert.ok(zh.trim() && en.trim(), key);
    assert.equal(placeholders(zh), placeholders(en), key);
  }
  for (const [key, { zh, en }] of Object.entries({ ...CONDITIONS, ...FAILURES })) {
    assert.match(zh, /[。}]$/, key);
    assert.match(en, /[.}]$/, key);
  }
});

test("every stored sentence is said in Chinese with its values", () => {
  const all: Catalogue = { ...CONDITIONS, ...FAILURES };
  for (const [key, text] of Object.entries(all)) {
    const names = [...text.en.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const values = Object.fromEntries(names.map((name, at) => [name, `value-${at} (x)`]));
    assert.equal(translate("zh", key, english(text, values)), render(text, "zh", values), key);
    assert.equal(translate("en", key, english(text, values)), english(text, values), key);
  }
});

test("a sentence inside a sentence is said in the same language", () => {
  const detail = english(FAILURES.BuildScriptFailed, { code: 2 });
  const message = english(CONDITIONS.NeverReleased, { detail });
  assert.equal(
    translate("zh", "NeverReleased", message),
    "还没有可用的发布：构建命令失败（退出码 2）；原因见日志末尾，请在本地运行同一命令。",
  );
  const waiting = english(CONDITIONS.Queued, { detail: english(WAITS.AllBusy, { count: 2 }) });
  assert.equal(translate("zh", "Queued", waiting), "构建在排队：已有 2 个构建在运行，这是上限。");
});

test("what is not known stays as it is", () => {
  assert.equal(translate("zh", "Unheard", "something"), "something");
  assert.equal(translate("zh", "Serving", "words of another version"), "words of another version");
});

test("sizes", () => {
  const rows = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [2 * 1024 ** 3, "2 GiB"],
    [5000 * 1024 ** 4, "5000 TiB"],
  ] as const;
  for (const [bytes, text] of rows) assert.equal(bytesText(bytes), text);
});
