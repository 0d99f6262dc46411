// Tests of the command line of the set-up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArguments } from "./arguments.mjs";

const rows: readonly (readonly [sentence: string, line: string, groups: string, command: string])[] = [
  ["without anything, npm packages are provided", "", "core", ""],
  ["the command follows two hyphens, with its own flags", "-- node --packages x", "core", "node --packages x"],
  ["groups are listed", "--packages core,node -- kts up", "core node", "kts up"],
];

for (const [sentence, line, groups, command] of rows) {
  test(sentence, () => {
    const parsed = parseArguments(line.split(" ").filter((word) => word !== ""));
    assert.equal([...parsed.groups].join(" "), groups);
    assert.equal(parsed.command.join(" "), command);
  });
}

test("an unknown group is refused by name", () => {
  assert.throws(() => parseArguments(["--packages", "core,moon"]), /unknown group moon: choose of core, node, test/);
});

test("an unknown flag is refused by name", () => {
  assert.throws(() => parseArguments(["--fast", "--", "x"]), /unknown argument --fast/);
});
