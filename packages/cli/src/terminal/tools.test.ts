// Programs that are missing are named with what installs them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../settings/user-error.ts";
import { texts } from "../texts/text.ts";

test("the message names programs, packages and the command", () => {
  const error = new UserError("error.missingTools", { tools: "nft, git", packages: "nftables git" });
  const [english, chinese] = (["en", "zh"] as const).map((language) => texts(language)(error.key, error.values));
  assert.equal(english, "These programs are missing: nft, git. Install them with: apt-get install -y nftables git");
  assert.match(chinese ?? "", /apt-get install -y nftables git/);
});
