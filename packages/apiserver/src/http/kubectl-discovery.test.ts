// How many requests stock kubectl needs to learn what there is, and that it asks no more than that.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { kubectls, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

let api: ServedApi;
before(async () => {
  api = await serveApi();
});
after(() => api.close());

for (const binary of kubectls) {
  const version = binary.slice(-4);

  /** The requests of a command as `METHOD path status`, from what kubectl tells about itself. */
  async function requests(args: readonly string[], input?: string): Promise<readonly string[]> {
    const { code, err } = await api.kubectl(binary, ["-v=6", ...args], input);
    assert.equal(code, 0, err);
    const old = /\b(GET|POST|PATCH|PUT|DELETE) https:\/\/[^/]+(\S+) (\d{3})\b/;
    const today = /verb="(\w+)" url="https:\/\/[^/]+([^"]*)" status="(\d{3})/;
    return err.split("\n").flatMap((line) => {
      const [, method, path, status] = old.exec(line) ?? today.exec(line) ?? [];
      return method === undefined ? [] : [`${method} ${path?.split("?")[0]} ${status}`];
    });
  }

  test(`${version}: discovery is two requests (DSC-01, DSC-02)`, async () => {
    assert.deepEqual((await requests(["api-resources"])).toSorted(), ["GET /api 200", "GET /apis 200"]);
  });

  // Up to 1.27 the second version is asked whether the server checks.
  test(`${version}: an apply is checked by the server, without a download of all schemas (DSC-14)`, {
    skip: version === "1.27" && "asks OpenAPI v2",
  }, async () => {
    const map = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"checked-${version}"},"data":{"a":"1"}}`;
    const seen = await requests(["apply", "-f", "-"], map);
    const schemas = seen.filter((line) => line.includes("/openapi/"));
    assert.deepEqual(schemas, ["GET /openapi/v3 200", "GET /openapi/v3/api/v1 200"]);
    assert.equal(seen.at(-1), "POST /api/v1/namespaces/default/configmaps 201");
  });
}

test("a stock kubectl is there", { skip: kubectls.length === 0 && "stock client kubectl is missing" }, () => {});
