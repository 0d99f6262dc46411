// Looking at outside repositories from the control plane: where it leads, and where it never does.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { createLookAtHead } from "./look-at-head.node.ts";
import { findAddress, leadsInside } from "./outside-address.node.ts";

const rows: readonly (readonly [address: string, inside: boolean, what: string])[] = [
  ["127.0.0.1", true, "loopback"],
  ["127.8.9.10", true, "all of loopback"],
  ["0.0.0.0", true, "this host"],
  ["169.254.169.254", true, "where clouds keep secrets"],
  ["100.100.100.200", true, "where Alibaba Cloud does"],
  ["224.0.0.1", true, "a group"],
  ["255.255.255.255", true, "everybody"],
  ["::1", true, "loopback in IPv6"],
  ["::", true, "this host in IPv6"],
  ["fe80::1", true, "the link in IPv6"],
  ["fd00:ec2::254", true, "where AWS keeps secrets in IPv6"],
  ["::ffff:127.0.0.1", true, "loopback dressed up"],
  ["::ffff:169.254.169.254", true, "secrets dressed up"],
  ["192.168.1.20", false, "a company's own git server"],
  ["10.0.0.5", false, "a private network"],
  ["140.82.121.3", false, "the internet"],
  ["2606:50c0:8000::64", false, "the internet in IPv6"],
  ["::ffff:140.82.121.3", false, "the internet dressed up"],
];
test("addresses that lead into the machine", () => {
  for (const [address, inside, what] of rows) assert.equal(leadsInside(address), inside, `${address}: ${what}`);
});

test("a name is judged by all its addresses, and one of them is used", async () => {
  const names: Readonly<Record<string, readonly string[]>> = {
    "git.example": ["192.0.2.7", "2001:db8::7"],
    "mixed.example": ["192.0.2.7", "127.0.0.1"],
  };
  const resolve = async (host: string) => {
    const found = names[host];
    if (!found) throw new Error("ENOTFOUND");
    return found.map((address) => ({ address }));
  };
  const find = (url: string) => findAddress(url, resolve);
  assert.deepEqual(await find("https://git.example/a.git"), { address: "192.0.2.7", host: "git.example", port: 443 });
  assert.deepEqual(await find("http://git.example:8080/a.git"), {
    address: "192.0.2.7",
    host: "git.example",
    port: 8080,
  });
  for (const [url, why] of [
    ["https://mixed.example/a.git", /^mixed\.example \(127\.0\.0\.1\) leads into this machine/],
    ["http://[::1]:80/a.git", /^::1 leads into/],
    // The URL parser knows more spellings of an address than people do.
    ["http://2130706433/a.git", /^127\.0\.0\.1 leads into/],
    ["http://0x7f.1/a.git", /^127\.0\.0\.1 leads into/],
    ["https://none.example/a.git", /could not be resolved/],
    ["ssh://git.example/a.git", /only https and http/],
    ["git.example:a.git", /only https and http|no URL/],
  ] as const) {
    const found = await find(url);
    assert.match("refusal" in found ? found.refusal : JSON.stringify(found), why, url);
  }
});

/** A server that notes what it is asked and sends everybody to `target`. */
async function redirecting(t: TestContext, target: string) {
  const asked: string[] = [];
  const server = createServer(({ headers, url }, response) => {
    asked.push(`${headers.host}${url?.split("?")[0]}`);
    response.writeHead(301, { location: target }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { asked, port: (server.address() as AddressInfo).port };
}
const signal = new AbortController().signal;

test("nobody is asked at an address that leads inside", async (t) => {
  const { asked, port } = await redirecting(t, "/");
  const look = createLookAtHead((url) => findAddress(url));
  const head = await look({ url: `http://127.0.0.1:${port}/a.git`, branch: "main" }, signal);
  assert.match(head.found === "trouble" ? head.detail : head.found, /leads into this machine/);
  assert.deepEqual(asked, []);
});

test("the address that was checked is the one that is asked, and no redirection is followed", async (t) => {
  const inner = await redirecting(t, "/");
  const outer = await redirecting(t, `http://127.0.0.1:${inner.port}/secret.git`);
  const look = createLookAtHead(async () => ({ address: "127.0.0.1", host: "git.example", port: outer.port }));
  const head = await look({ url: `http://git.example:${outer.port}/a.git`, branch: "main" }, signal);
  assert.match(head.found === "trouble" ? head.detail : head.found, /use the address that it names/);
  assert.deepEqual([outer.asked, inner.asked], [[`git.example:${outer.port}/a.git/info/refs`], []]);
});
