// Volumes of all kinds as real files and mounts, in a machine of its own.
import assert from "node:assert/strict";
import { mkdtemp, open, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ConfigMap, type Pod, Secret, ServiceAccount, type Volume } from "@knots/api";
import { createClient, createFakeApi, type Transport } from "@knots/client";
import { listMounts, mountsBelow } from "@knots/host";
import type { KubeObject } from "@knots/machinery";
import { formatTime, platformRandom, realClock, silentLogger } from "@knots/std";
import { testInMachine } from "../../../../testkit/machine/tests.node.ts";
import { aPod } from "../../../../testkit/objects.ts";
import { createEnvironmentOf } from "../env/pod-environment.ts";
import { createVolumeManager } from "./manager.node.ts";
import { createReferencedObjects } from "./objects.ts";
import { createPodTokens } from "./tokens.ts";

const signal = new AbortController().signal;
const place = { podIPs: ["10.244.0.9"], hostIPs: ["192.0.2.10"] };

/** The in-memory API, which also gives out tokens. */
function api() {
  const fake = createFakeApi({ kinds: [ConfigMap, Secret, ServiceAccount], clock: realClock });
  const transport: Transport = {
    ...fake.transport,
    request: async (request, abort) => {
      if (request.subresource !== "token") return fake.transport.request(request, abort);
      const status = { token: "a-token", expirationTimestamp: formatTime(realClock.now() + 3_600_000) };
      return { ...request.object, status } as KubeObject;
    },
  };
  return { fake, client: createClient(transport) };
}

async function start(t: TestContext, root?: string) {
  const folder = root ?? (await mkdtemp("/run/kubelet-"));
  const { client, fake } = api();
  const waiting: (() => void)[] = [];
  const common = { client, clock: realClock, random: platformRandom, log: silentLogger };
  const changed = (uids: readonly string[]): void => {
    for (const uid of uids) void manager.refresh(uid).then(() => waiting.shift()?.());
  };
  const objects = createReferencedObjects({ ...common, changed });
  const services = { list: () => [], synced: () => Promise.resolve() };
  const environment = createEnvironmentOf({ objects, services, allocatable: () => ({}) });
  const manager = createVolumeManager({
    ...common,
    root: folder,
    objects,
    tokens: createPodTokens(common),
    environment,
    allocatable: () => ({ cpu: "2" }),
    clusterDomain: "cluster.local",
  });
  t.after(async () => {
    await manager.close();
    await manager.sweep(new Set());
    await rm(folder, { recursive: true, force: true });
  });
  const refreshed = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  return { root: folder, client, fake, manager, refreshed };
}

interface PodSpecChange {
  readonly volumes: readonly Volume[];
  readonly mounts?: NonNullable<Pod["spec"]>["containers"][number]["volumeMounts"];
  readonly fsGroup?: number;
}

/** A pod whose one container mounts each volume at /<name>, or as told. */
function podWith(name: string, { volumes, mounts, fsGroup }: PodSpecChange): Pod {
  const volumeMounts = mounts ?? volumes.map((volume) => ({ name: volume.name, mountPath: `/${volume.name}` }));
  return aPod(name, {
    spec: {
      containers: [{ name: "app", image: "x", volumeMounts }],
      volumes,
      ...(fsGroup !== undefined && { securityContext: { fsGroup } }),
    },
  });
}

const appOf = (pod: Pod) => pod.spec?.containers[0] ?? { name: "app" };
const byText = (a = "", b = ""): number => (a < b ? -1 : 1);
const encoded = (text: string): string => Buffer.from(text).toString("base64");

function defineTests(): void {
  test("every kind of volume is where upstream has it, with what belongs in it", async (t) => {
    const { manager, client, root } = await start(t);
    await client.create(ConfigMap, { metadata: { name: "settings", namespace: "default" }, data: { a: "1", b: "2" } });
    await client.create(Secret, { metadata: { name: "login", namespace: "default" }, data: { pw: encoded("s3") } });
    const pod = podWith("all", {
      volumes: [
        { name: "scratch", emptyDir: {} },
        { name: "fast", emptyDir: { medium: "Memory", sizeLimit: "64Ki" } },
        { name: "etc", hostPath: { path: "/etc", type: "Directory" } },
        { name: "conf", configMap: { name: "settings", items: [{ key: "b", path: "deep/b.txt", mode: 0o400 }] } },
        { name: "pw", secret: { secretName: "login", defaultMode: 0o440 } },
        { name: "facts", downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
        {
          name: "api",
          projected: {
            sources: [
              { serviceAccountToken: { path: "token" } },
              { configMap: { name: "settings", items: [{ key: "a", path: "ca.crt" }] } },
              { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } },
            ],
          },
        },
      ],
    });
    await manager.mount(pod, signal);
    const mounts = await manager.mountsOf(pod, appOf(pod), place);
    const at = (path: string): string => mounts.find(({ containerPath }) => containerPath === path)?.hostPath ?? "";
    const home = `${root}/pods/all-uid`;
    assert.equal(at("/scratch"), `${home}/volumes/kubernetes.io~empty-dir/scratch`);
    assert.equal(at("/etc"), "/etc");
    assert.equal(at("/pw"), `${home}/volumes/kubernetes.io~secret/pw`);
    assert.equal(at("/api"), `${home}/volumes/kubernetes.io~projected/api`);
    assert.equal((await stat(at("/scratch"))).mode & 0o7777, 0o777);
    await assert.rejects(writeFile(join(at("/fast"), "big"), Buffer.alloc(128 * 1024)), { code: "ENOSPC" });
    assert.equal(await readFile(join(at("/conf"), "deep/b.txt"), "utf8"), "2");
    assert.equal((await stat(join(at("/conf"), "deep/b.txt"))).mode & 0o777, 0o400);
    assert.equal(await readFile(join(at("/pw"), "pw"), "utf8"), "s3");
    assert.equal(await readFile(join(at("/facts"), "labels"), "utf8"), 'app="web"');
    const apiFiles = await Promise.all(
      ["token", "ca.crt", "namespace"].map((n) => readFile(join(at("/api"), n), "utf8")),
    );
    assert.deepEqual(apiFiles, ["a-token", "1", "default"]);
    assert.match(await readFile(at("/etc/hosts"), "utf8"), /^10\.244\.0\.9\tall$/m);
    const memory = mountsBelow(await listMounts(), root).map(({ point }) => point.split("/").at(-1));
    assert.deepEqual(memory.toSorted(byText), ["api", "facts", "fast", "pw"]);

    const log = await manager.terminationLog("all-uid", "app", "0");
    assert.equal((await stat(log)).mode & 0o777, 0o666);
    await manager.unmount("all-uid");
    assert.deepEqual(await readdir(`${root}/pods`), []);
    assert.deepEqual(mountsBelow(await listMounts(), root), []);
  });

  test("running containers see changed objects; only what pods refer to is read", async (t) => {
    const { manager, client, fake, refreshed } = await start(t);
    for (const name of ["live", "other"])
      await client.create(ConfigMap, { metadata: { name, namespace: "default" }, data: { a: "old" } });
    const pod = podWith("p", { volumes: [{ name: "conf", configMap: { name: "live" } }] });
    await manager.mount(pod, signal);
    const [{ hostPath = "" } = {}] = await manager.mountsOf(pod, appOf(pod), place);
    const file = join(hostPath, "a");
    assert.equal(await readFile(file, "utf8"), "old");
    const change = refreshed();
    const present = await client.get(ConfigMap, { name: "live", namespace: "default" });
    await client.update(ConfigMap, { ...present, data: { a: "new" } });
    await change;
    assert.equal(await readFile(file, "utf8"), "new");
    const seen = fake.requests.filter(({ verb, resource }) => verb !== "create" && resource.resource === "configmaps");
    const watched = seen.filter(({ verb }) => verb === "watch" || verb === "list");
    assert.deepEqual(new Set(watched.map(({ options }) => options?.fieldSelector)), new Set(["metadata.name=live"]));
    await manager.unmount("p-uid");
    assert.equal(fake.watches, 0, "nothing is watched for a pod that is gone");
  });

  const refused: readonly (readonly [volume: Volume, message: string])[] = [
    [{ name: "v", configMap: { name: "none" } }, 'configmap "none" not found'],
    [{ name: "v", secret: { secretName: "none" } }, 'secret "none" not found'],
    [
      { name: "v", hostPath: { path: "/none", type: "Directory" } },
      "hostPath type check failed: /none is not a directory",
    ],
    [{ name: "v", hostPath: { path: "/etc", type: "File" } }, "hostPath type check failed: /etc is not a file"],
    [
      { name: "v", hostPath: { path: "/etc/passwd", type: "Socket" } },
      "hostPath type check failed: /etc/passwd is not a socket file",
    ],
    [
      { name: "v", hostPath: { path: "/etc/passwd", type: "BlockDevice" } },
      "hostPath type check failed: /etc/passwd is not a block device",
    ],
    [
      { name: "v", hostPath: { path: "/etc/passwd", type: "DirectoryOrCreate" } },
      "hostPath type check failed: /etc/passwd is not a directory",
    ],
    [
      { name: "v", nfs: { server: "a", path: "/" } },
      'failed to get Plugin from volumeSpec for volume "v" err=no volume plugin matched',
    ],
  ];
  for (const [volume, words] of refused) {
    test(`refused: ${words}`, async (t) => {
      const { manager } = await start(t);
      const message = `MountVolume.SetUp failed for volume "v" : ${words}`;
      await assert.rejects(manager.mount(podWith("p", { volumes: [volume] }), signal), { message });
    });
  }

  test("host paths are made where the type says so, and sockets and devices are known", async (t) => {
    const { manager, root } = await start(t);
    const server = createServer().listen(`${root}/s`);
    await new Promise((resolve) => server.once("listening", resolve));
    t.after(() => new Promise((resolve) => server.close(resolve)));
    const paths = {
      DirectoryOrCreate: `${root}/d/e`,
      FileOrCreate: `${root}/f`,
      Socket: `${root}/s`,
      CharDevice: "/dev/null",
    };
    const volumes = Object.entries(paths).map(([type, path], index) => ({
      name: `v${index}`,
      hostPath: { path, type },
    }));
    await manager.mount(podWith("p", { volumes: volumes as readonly Volume[] }), signal);
    assert.equal((await stat(paths.DirectoryOrCreate)).mode & 0o777, 0o755);
    assert.equal((await stat(paths.FileOrCreate)).mode & 0o777, 0o644);
  });

  test("optional sources may be missing; they appear when they come", async (t) => {
    const { manager, client, refreshed } = await start(t);
    const pod = podWith("p", { volumes: [{ name: "conf", configMap: { name: "late", optional: true } }] });
    await manager.mount(pod, signal);
    const [{ hostPath = "" } = {}] = await manager.mountsOf(pod, appOf(pod), place);
    assert.deepEqual(
      (await readdir(hostPath)).filter((name) => !name.startsWith("..")),
      [],
    );
    const change = refreshed();
    await client.create(ConfigMap, { metadata: { name: "late", namespace: "default" }, data: { a: "1" } });
    await change;
    assert.equal(await readFile(join(hostPath, "a"), "utf8"), "1");
  });

  test("sub paths are mounted by place, made when missing, and never lead out of the volume", async (t) => {
    const { manager, root } = await start(t);
    const volumes = [{ name: "data", emptyDir: {} }];
    const mount = (change: object) => [
      { name: "data", mountPath: "/x", readOnly: true, mountPropagation: "HostToContainer" as const, ...change },
    ];
    const first = podWith("p", { volumes, mounts: mount({ subPath: "made/deep" }) });
    await manager.mount(first, signal);
    const data = `${root}/pods/p-uid/volumes/kubernetes.io~empty-dir/data`;
    const [own] = await manager.mountsOf(first, appOf(first), place);
    assert.deepEqual(own, {
      containerPath: "/x",
      hostPath: `${root}/pods/p-uid/volume-subpaths/data/app/0`,
      readonly: true,
      propagation: 1,
    });
    await writeFile(join(data, "made/deep/file"), "inside");
    assert.equal(await readFile(join(own?.hostPath ?? "", "file"), "utf8"), "inside");
    assert.equal((await stat(join(data, "made"))).mode & 0o777, 0o777, "as open as the volume");

    await symlink("/etc", join(data, "out"));
    const evil = { ...podWith("p", { volumes, mounts: mount({ subPath: "out/passwd" }) }) };
    const words = 'failed to prepare subPath for volumeMount "data" of container "evil"';
    await assert.rejects(manager.mountsOf(evil, { ...appOf(evil), name: "evil" }, place), {
      name: "CreateContainerConfigError",
      message: words,
    });
    await writeFile(join(data, "one.txt"), "one");
    const file = podWith("p", { volumes, mounts: mount({ subPath: "one.txt" }) });
    const [single] = await manager.mountsOf(file, { ...appOf(file), name: "file" }, place);
    assert.equal(await readFile(single?.hostPath ?? "", "utf8"), "one");
    const back = podWith("p", { volumes, mounts: mount({ subPath: "../x" }) });
    await assert.rejects(manager.mountsOf(back, appOf(back), place), {
      message: "unable to provision SubPath `../x`: must not contain '..'",
    });
  });

  test("a subPathExpr is expanded by the container's environment", async (t) => {
    const { manager } = await start(t);
    const mounts = [{ name: "data", mountPath: "/x", subPathExpr: "of-$(POD)" }];
    const pod = podWith("p", { volumes: [{ name: "data", emptyDir: {} }], mounts });
    await manager.mount(pod, signal);
    const app = { ...appOf(pod), env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }] };
    const [mounted] = await manager.mountsOf(pod, app, place);
    const source = (await listMounts()).find(({ point }) => point === mounted?.hostPath)?.root ?? "";
    assert.match(source, /\/data\/of-p$/);
    await assert.rejects(manager.mountsOf(pod, { ...appOf(pod), name: "b" }, place), {
      message: 'missing value for "POD"',
    });
  });

  test("with an fsGroup volumes belong to the group, which may write what is not computed", async (t) => {
    const { manager, client } = await start(t);
    await client.create(ConfigMap, { metadata: { name: "settings", namespace: "default" }, data: { a: "1" } });
    const volumes = [
      { name: "data", emptyDir: {} },
      { name: "conf", configMap: { name: "settings", defaultMode: 0o400 } },
      { name: "token", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } },
    ];
    const pod = podWith("p", { volumes, fsGroup: 2000 });
    await manager.mount(pod, signal);
    const [data, conf, token] = (await manager.mountsOf(pod, appOf(pod), place)).map(({ hostPath }) => hostPath ?? "");
    const look = async (path: string) => {
      const { mode, gid } = await stat(path);
      return [(mode & 0o7777).toString(8), gid];
    };
    assert.deepEqual(await look(data ?? ""), ["2777", 2000]);
    assert.deepEqual(await look(join(conf ?? "", "a")), ["440", 2000]);
    assert.deepEqual(await look(join(token ?? "", "token")), ["640", 2000]);
  });

  test("after a crash pods that are gone lose their files and mounts, the others keep theirs", async (t) => {
    const { manager, root } = await start(t);
    const volumes = [
      { name: "fast", emptyDir: { medium: "Memory" } },
      { name: "data", emptyDir: {} },
    ];
    const mounts = [
      { name: "fast", mountPath: "/f" },
      { name: "data", mountPath: "/d", subPath: "s" },
    ];
    for (const name of ["gone", "stays"]) {
      const pod = podWith(name, { volumes, mounts });
      await manager.mount(pod, signal);
      await manager.mountsOf(pod, appOf(pod), place);
    }
    const busy = await open(`${root}/pods/gone-uid/volumes/kubernetes.io~empty-dir/fast/open`, "w");
    const { manager: successor } = await start(t, root);
    assert.deepEqual(await successor.sweep(new Set(["stays-uid"])), ["gone-uid"]);
    await busy.close();
    assert.deepEqual(await readdir(`${root}/pods`), ["stays-uid"]);
    assert.equal(mountsBelow(await listMounts(), `${root}/pods/stays-uid`).length, 2);
    await successor.unmount("stays-uid");
    assert.deepEqual(mountsBelow(await listMounts(), root), []);
  });

  test("a mount is made once: a restarted node finds it", async (t) => {
    const { manager, root } = await start(t);
    const pod = podWith("p", { volumes: [{ name: "fast", emptyDir: { medium: "Memory" } }] });
    await manager.mount(pod, signal);
    const file = `${root}/pods/p-uid/volumes/kubernetes.io~empty-dir/fast/kept`;
    await writeFile(file, "kept");
    await (await start(t, root)).manager.mount(pod, signal);
    assert.equal(await readFile(file, "utf8"), "kept");
  });
}

testInMachine(import.meta, defineTests);
