// From a push to a served release in virtual time, with everything that may go wrong on the way.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Build,
  builtinKinds,
  ConfigMap,
  Deployment,
  Ingress,
  Namespace,
  Pod,
  Release,
  Secret,
  Service,
  Site,
} from "@knots/api";
import { deliveryRoles, describeSite, rollBack } from "@knots/delivery";
import {
  type BuildScript,
  commit,
  digestOf,
  goodScript,
  type Platform,
  type PlatformOptions,
  startPlatform,
} from "../../testkit/platform.ts";

const A = commit("a");
const B = commit("b");
const C = commit("c");
const imageOf = (site: string, hash: string): string => `registry.knots.internal/default/${site}@${digestOf(hash)}`;

async function withPlatform(options: PlatformOptions, run: (platform: Platform) => Promise<void>): Promise<void> {
  const platform = await startPlatform(options);
  try {
    await run(platform);
  } finally {
    await platform.close();
  }
}
const scripted =
  (change: Partial<Record<string, Partial<ReturnType<BuildScript>>>>): BuildScript =>
  (build) =>
    ({ ...goodScript(build), ...change[build.spec.commit] }) as ReturnType<BuildScript>;

test("a push becomes a build, a release and a page at the domain", () =>
  withPlatform({}, async (platform) => {
    const { world, client } = platform;
    await platform.createSite("hello");
    await world.until("the site says that nothing was pushed", async () => {
      const ready = (await platform.site("hello")).status?.conditions?.find(({ type }) => type === "Ready");
      return (
        ready?.reason === "NothingPushed" && (ready.message ?? "").includes("https://git.test/git/default/hello.git")
      );
    });
    assert.deepEqual(await platform.pushTo("hello", A), {
      reason: "BuildAccepted",
      message: "Build hello-1 was made.",
      build: "hello-1",
    });
    await world.until("the release serves", platform.serves("hello", "hello-1"), 60);
    assert.equal(await platform.image("hello"), imageOf("hello", A));
    const service = await client.get(Service, { namespace: "default", name: "hello" });
    assert.deepEqual(service.spec?.selector, { "knots.dev/site": "hello" });
    const ingress = await client.get(Ingress, { namespace: "default", name: "hello" });
    assert.deepEqual(
      ingress.spec?.rules?.map(({ host }) => host),
      ["hello.localhost"],
    );
    const build = await platform.build("hello-1");
    assert.equal(build.status?.outputDirectory, "dist");
    assert.equal(build.status?.release, "hello-1");

    const view = describeSite(await platform.site("hello"), [build], [await platform.release("hello-1")], "en");
    const reached = view.stopwatch.filter(({ at }) => at !== undefined).map(({ label }) => label);
    assert.deepEqual(reached, [
      "push received",
      "queued",
      "cloned",
      "built",
      "packed",
      "scheduled",
      "ready",
      "switched",
    ]);
    const times = view.stopwatch.map(({ at = Number.POSITIVE_INFINITY }) => at);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.deepEqual(view.reasons, []);
    const took = Object.fromEntries(view.stopwatch.map(({ key, took = 0 }) => [key, took]));
    assert.deepEqual(
      [took["Cloned"], took["Built"], took["Packed"]],
      [500, 3000, 700],
      "milliseconds, not whole seconds",
    );
  }));

test("the platform does nothing that its roles do not allow", () =>
  withPlatform({}, async (platform) => {
    const { world } = platform;
    await platform.createSite("hello", { retention: { releases: 1, builds: 1 } });
    for (const [at, digit] of ["1", "2", "3", "4"].entries()) {
      await platform.pushTo("hello", commit(digit));
      await world.until("it serves", platform.serves("hello", `hello-${at + 1}`));
    }
    await world.clock.advance(700_000);
    const rules = deliveryRoles
      .filter(({ metadata }) => metadata.name.startsWith("system:"))
      .flatMap((role) => role.rules ?? []);
    const ours = ["sites", "builds", "releases", "configmaps", "secrets", "services", "ingresses"];
    for (const { verb, resource, subresource } of world.api.requests.filter((request) =>
      ours.includes(request.resource.resource),
    )) {
      const name = subresource === undefined ? resource.resource : `${resource.resource}/${subresource}`;
      const allowed = rules.some(
        ({ verbs, apiGroups = [], resources = [] }) =>
          verbs.includes(verb) && apiGroups.includes(resource.group) && resources.includes(name),
      );
      assert.ok(allowed || (verb === "create" && name === "sites"), `${verb} ${name}`);
    }
  }));

test("the tokens of a build are gone when it has ended, its pod somewhat later", () =>
  withPlatform({}, async ({ world, client, createSite, pushTo, phase, clock }) => {
    await createSite("hello");
    await pushTo("hello", A);
    await world.until("the build runs", phase("hello-1", "Running"));
    const key = { namespace: "default", name: "hello-1-build" };
    await world.until("its secret is there", async () => (await client.find(Secret, key)) !== undefined);
    await world.until("it has succeeded", phase("hello-1", "Succeeded"));
    await world.until("the secret is gone", async () => (await client.find(Secret, key)) === undefined, 5);
    assert.ok(await client.find(Pod, key));
    await clock.advance(610_000);
    assert.equal(await client.find(Pod, key), undefined);
  }));

test("a failing build leaves the last release in service and says why", () =>
  withPlatform(
    {
      script: scripted({
        [B]: {
          build: {
            milliseconds: 1000,
            exitCode: 1,
            message: JSON.stringify({ reason: "BuildScriptFailed", values: { code: "2" }, tail: "error TS2322" }),
          },
        },
      }),
    },
    async (platform) => {
      const { world, client } = platform;
      await platform.createSite("hello");
      await platform.pushTo("hello", A);
      await world.until("the first release serves", platform.serves("hello", "hello-1"));
      await platform.pushTo("hello", B);
      await world.until("the second build fails", platform.phase("hello-2", "Failed"));
      await world.clock.advance(5000);
      const build = await platform.build("hello-2");
      assert.equal(build.status?.log?.tail, "error TS2322");
      const site = await platform.site("hello");
      assert.equal(site.status?.active?.name, "hello-1");
      assert.match(site.status?.lastFailure?.message ?? "", /^The build command failed with exit code 2;/);
      assert.equal(await platform.image("hello"), imageOf("hello", A));
      assert.equal((await client.list(Release)).items.length, 1);
      const view = describeSite(site, [build], [], "zh");
      assert.match(view.reasons[0]?.message ?? "", /^构建命令失败（退出码 2）/);
      assert.equal(view.reasons[0]?.log, "error TS2322");
      await platform.pushTo("hello", C);
      await world.until("the next push goes live", platform.serves("hello", "hello-3"));
      assert.equal((await platform.site("hello")).status?.lastFailure, undefined);
    },
  ));

test("a release that never becomes ready gives way to the last good one", () =>
  withPlatform(
    {
      behaviour: (pod) => {
        const bad = pod.spec?.containers?.[0]?.image?.endsWith(digestOf(B)) ?? false;
        return bad
          ? { startAfter: 200, readyAfter: 9000, endsAfter: 100, exitCode: 1 }
          : { startAfter: 200, readyAfter: 300, stopAfter: 100 };
      },
    },
    async (platform) => {
      const { world, client } = platform;
      await platform.createSite("hello");
      await platform.pushTo("hello", A);
      await world.until("the first release serves", platform.serves("hello", "hello-1"));
      await platform.pushTo("hello", B);
      await world.until("the second release fails", async () => {
        const second = await client.find(Release, { namespace: "default", name: "hello-2" });
        const { status } = await platform.site("hello");
        assert.equal(status?.active?.name, "hello-1", "the first release serves all the time");
        return second?.status?.phase === "Failed";
      });
      const { failure } = (await platform.release("hello-2")).status ?? {};
      assert.equal(failure?.reason, "NotReady");
      assert.match(
        failure?.message ?? "",
        /not ready within 120 seconds \((back-off|CrashLoopBackOff|the server ended)/,
      );
      await world.until(
        "the Deployment shows the first release again",
        async () => (await platform.image("hello")) === imageOf("hello", A),
      );
      await world.until("its own pods are all there are", async () => {
        const { items } = await client.list(Pod, { namespace: "default", labelSelector: "knots.dev/site=hello" });
        return items.length === 1 && items[0]?.spec?.containers[0]?.image === imageOf("hello", A);
      });
      assert.equal((await platform.site("hello")).status?.lastFailure?.reason, "NotReady");
    },
  ));

test("a newer push takes the place of those that wait, not of the one that runs", () =>
  withPlatform({}, async (platform) => {
    const { world } = platform;
    await platform.createSite("hello");
    await platform.pushTo("hello", A);
    await world.until("the first build runs", platform.phase("hello-1", "Running"));
    await platform.pushTo("hello", B);
    await world.until("the second waits", async () => {
      const started = (await platform.build("hello-2")).status?.conditions?.find(({ type }) => type === "Started");
      return started?.message === "The build waits in the queue: build hello-1 of the site is still running.";
    });
    await platform.pushTo("hello", C);
    await world.until("the third serves", platform.serves("hello", "hello-3"), 60);
    assert.equal((await platform.build("hello-1")).status?.phase, "Succeeded");
    const second = await platform.build("hello-2");
    assert.equal(second.status?.phase, "Superseded");
    assert.match(second.status?.failure?.message ?? "", /^A newer commit, cccccccc, took the place/);
  }));

test("no more builds run at once than are allowed", () =>
  withPlatform({ builds: { concurrency: 2 } }, async ({ world, client, createSite, pushTo, serves }) => {
    const names = ["one", "two", "three", "four"];
    for (const name of names) await createSite(name);
    for (const name of names) await pushTo(name, A);
    let most = 0;
    await world.until("all serve", async () => {
      const { items } = await client.list(Build);
      most = Math.max(most, items.filter(({ status }) => status?.phase === "Running").length);
      return (await Promise.all(names.map((name) => serves(name, `${name}-1`)()))).every(Boolean);
    });
    assert.equal(most, 2);
  }));

test("a rollback takes less than three seconds and builds nothing", () =>
  withPlatform({}, async (platform) => {
    const { world, client, clock } = platform;
    await platform.createSite("hello");
    await platform.pushTo("hello", A);
    await world.until("the first release serves", platform.serves("hello", "hello-1"));
    await platform.pushTo("hello", B);
    await world.until("the second serves", platform.serves("hello", "hello-2"));
    const before = clock.now();
    const rolled = await rollBack(client, { namespace: "default", name: "hello" }, { requestedBy: "ann" });
    assert.ok("release" in rolled);
    assert.equal(rolled.release.metadata.name, "hello-3");
    await world.until("the first image serves", platform.serves("hello", "hello-3"), 10);
    assert.ok(clock.now() - before < 3000, `${clock.now() - before} ms`);
    assert.equal(await platform.image("hello"), imageOf("hello", A));
    assert.equal((await platform.release("hello-2")).status?.phase, "Superseded");
    assert.equal((await client.list(Build)).items.length, 2);
    const again = await rollBack(client, { namespace: "default", name: "hello" });
    assert.deepEqual("refusal" in again && again.refusal.reason, "NothingEarlier");
    await platform.pushTo("hello", C);
    await world.until("the next push goes live", platform.serves("hello", "hello-4"));
  }));

test("a build that takes too long, hangs or is cancelled ends with its pod", () =>
  withPlatform({ script: () => undefined }, async (platform) => {
    const { world, client } = platform;
    await platform.createSite("hello", { build: { timeoutSeconds: 60 } });
    await platform.pushTo("hello", A);
    await world.until("the build times out", platform.phase("hello-1", "Failed"), 62);
    assert.match((await platform.build("hello-1")).status?.failure?.reason ?? "", /TimedOut|Unschedulable/);
    await platform.pushTo("hello", B);
    await world.until("the second runs", platform.phase("hello-2", "Running"));
    await client.patch(
      Build,
      { namespace: "default", name: "hello-2" },
      {
        type: "application/merge-patch+json",
        body: { spec: { cancelled: true } },
      },
    );
    await world.until("it is cancelled", platform.phase("hello-2", "Cancelled"), 5);
    await world.until("no build pod is left", async () => (await client.list(Pod)).items.length === 0, 60);
  }));

test("no build begins on a full disk", () => {
  let freeBytes = 1024 ** 3;
  return withPlatform({ disk: () => ({ totalBytes: 100 * 1024 ** 3, freeBytes }) }, async (platform) => {
    const { world, client } = platform;
    await platform.createSite("hello");
    await platform.pushTo("hello", A);
    await world.until("the build is refused", platform.phase("hello-1", "Failed"), 10);
    const { failure } = (await platform.build("hello-1")).status ?? {};
    assert.equal(
      failure?.message,
      "The disk has only 1 GiB left and a build needs 2 GiB; free some space or keep fewer releases.",
    );
    assert.deepEqual((await client.list(Pod)).items, []);
    freeBytes = 50 * 1024 ** 3;
    await platform.pushTo("hello", A);
    await world.until("the same commit, pushed again, goes live", platform.serves("hello", "hello-2"));
  });
});

test("a domain belongs to whoever came first, and is free again when the owner goes", () =>
  withPlatform({}, async (platform) => {
    const { world, client, clock } = platform;
    const accepted = async (name: string) =>
      (await platform.site(name)).status?.conditions?.find(({ type }) => type === "DomainsAccepted");
    await platform.createSite("first", { domains: ["shop.test"] });
    await clock.advance(2000);
    await platform.createSite("second", { domains: ["shop.test", "second.test"] });
    await world.until("the second is told", async () => (await accepted("second"))?.status === "False");
    assert.equal(
      (await accepted("second"))?.message,
      "The domain shop.test is taken by site default/first; choose another one or remove it there.",
    );
    await platform.pushTo("second", A);
    await world.until("it serves at its other domain", platform.serves("second", "second-1"));
    const hosts = async () =>
      (await client.get(Ingress, { namespace: "default", name: "second" })).spec?.rules?.map(({ host }) => host);
    assert.deepEqual(await hosts(), ["second.test"]);
    await client.delete(Site, { namespace: "default", name: "first" });
    await world.until("the domain moves", async () => (await hosts())?.length === 2);
    assert.equal((await accepted("second"))?.status, "True");
  }));

test("pods follow the site's number without a new release", () =>
  withPlatform({}, async (platform) => {
    const { world, client } = platform;
    await platform.createSite("hello");
    await platform.pushTo("hello", A);
    await world.until("it serves", platform.serves("hello", "hello-1"));
    const body = { spec: { replicas: 3 } };
    await client.patch(Site, { namespace: "default", name: "hello" }, { type: "application/merge-patch+json", body });
    await world.until(
      "three pods serve",
      async () => (await platform.deployment("hello"))?.status?.availableReplicas === 3,
    );
    assert.equal((await client.list(Release)).items.length, 1);
  }));

test("past releases and builds go, as many as the site says stay", () =>
  withPlatform({}, async (platform) => {
    const { world, client } = platform;
    await platform.createSite("hello", { retention: { releases: 1, builds: 2 } });
    for (const [at, digit] of ["1", "2", "3", "4"].entries()) {
      await platform.pushTo("hello", commit(digit));
      await world.until(`release ${at + 1} serves`, platform.serves("hello", `hello-${at + 1}`));
    }
    const names = async (kind: typeof Build | typeof Release) =>
      (await client.list(kind)).items
        .map(({ metadata }) => metadata.name)
        .sort()
        .join(" ");
    await world.until("old releases are gone", async () => (await names(Release)) === "hello-3 hello-4");
    await world.until("old builds are gone", async () => (await names(Build)) === "hello-2 hello-3 hello-4");
    assert.equal((await platform.site("hello")).status?.lastNumber, 4);
  }));

test("deleting a site leaves nothing", () =>
  withPlatform({}, async (platform) => {
    const { world, client } = platform;
    await platform.createSite("hello");
    await platform.pushTo("hello", A);
    await world.until("it serves", platform.serves("hello", "hello-1"));
    await platform.pushTo("hello", B);
    await world.until("a build runs", platform.phase("hello-2", "Running"));
    await client.delete(Site, { namespace: "default", name: "hello" });
    const kinds = [Site, Build, Release, Deployment, Service, Ingress, ConfigMap, Secret, Pod] as const;
    await world.until(
      "nothing is left",
      async () => {
        const lists = await Promise.all(kinds.map((kind) => client.list(kind)));
        return lists.every(({ items }) => items.length === 0);
      },
      120,
    );
    assert.equal((await client.list(Namespace)).items.length, 2);
    assert.ok(builtinKinds.includes(Site));
  }));

test("outside repositories are looked at; a new commit is built, an unreachable one explained", () => {
  let answer: Awaited<ReturnType<NonNullable<PlatformOptions["lookAtHead"]>>> = {
    found: "trouble",
    detail: "no route",
  };
  return withPlatform({ lookAtHead: async () => answer }, async (platform) => {
    const { world } = platform;
    await platform.createSite("hello", { repository: { url: "https://example.com/a.git" } });
    const source = async () =>
      (await platform.site("hello")).status?.conditions?.find(({ type }) => type === "SourceReachable");
    await world.until("the trouble is told", async () => (await source())?.reason === "Unreachable");
    assert.match((await source())?.message ?? "", /https:\/\/example.com\/a.git could not be reached \(no route\)/);
    answer = { found: "commit", commit: A };
    await world.until("the commit goes live", platform.serves("hello", "hello-1"), 120);
    assert.equal((await platform.build("hello-1")).spec.trigger, "Poll");
    answer = { found: "commit", commit: B };
    await world.until("the next one too", platform.serves("hello", "hello-2"), 120);
    await world.clock.advance(300_000);
    assert.equal((await platform.site("hello")).status?.latestBuild, "hello-2", "one commit is built once");
  });
});
