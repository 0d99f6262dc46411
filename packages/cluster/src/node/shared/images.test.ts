// Which images in a containerd of others are marked as ours: those that came because of us, and no other.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LocalImage, SharedContainerd } from "@knots/host";
import type { Runtime } from "@knots/kubelet";
import { realClock } from "@knots/std";
import { sharedImages, sharedRuntime } from "./images.ts";

type Image = Awaited<ReturnType<Runtime["images"]>>[number];
const image = (id: string, ...tags: readonly string[]): Image => ({ id, tags, digests: [], size: 1 });
const local = (digest: string): LocalImage => ({ descriptor: { digest } }) as LocalImage;

/** A containerd as a list of images; what is brought shows only at the second look. */
function world(present: readonly Image[]) {
  let shown = [...present];
  let coming: Image[] = [];
  const did: string[] = [];
  const digests = new Map<string, string>();
  const come = (name: string, id: string): void => {
    const known = shown.find((each) => each.id === id);
    coming = [{ ...image(id, ...(known?.tags ?? []), name) }];
  };
  const runtime = {
    images: async () => shown,
    image: async (name: string) => {
      const found = shown.find(({ tags }) => tags.includes(name));
      shown = [...shown.filter(({ id }) => !coming.some((each) => each.id === id)), ...coming];
      coming = [];
      return found;
    },
    pullImage: async (name: string) => {
      did.push(`CRI pulls ${name}`);
      come(name, `sha256:${name}`);
      return name;
    },
  } as Partial<Runtime> as Runtime;
  const containerd = {
    digestOf: async (name: string) => digests.get(name),
    importImage: async ({ descriptor }: LocalImage, [name = ""]: readonly string[], snapshotter?: string) => {
      did.push(`imports ${name} for ${snapshotter}`);
      digests.set(name, descriptor.digest);
      come(name, `sha256:${descriptor.digest}`);
    },
    pullImage: async (name: string, { hosts }: { readonly hosts: string }) => {
      did.push(`pulls ${name} by ${hosts}`);
      come(name, `sha256:${name}`);
    },
    mark: async (names: readonly string[]) => void did.push(`marks ${names.toSorted().join(" ")}`),
  } as Partial<SharedContainerd> as SharedContainerd;
  const registry = { name: "registry.knots.internal", hosts: "/hosts" };
  const images = sharedImages({ containerd, runtime, clock: realClock, snapshotter: "overlayfs", registry });
  return { images, runtime: sharedRuntime(runtime, images), did };
}

test("an image that is brought is marked under its name and its id", async () => {
  const { images, did } = world([]);
  await images.bring(local("aa"), "registry.knots.internal/knots/pause:1");
  assert.deepEqual(did, [
    "imports registry.knots.internal/knots/pause:1 for overlayfs",
    "marks registry.knots.internal/knots/pause:1 sha256:aa",
  ]);
});

test("one that is there as it should be is marked again and not brought again", async () => {
  const { images, did } = world([]);
  await images.bring(local("aa"), "r/x:1");
  did.length = 0;
  await images.bring(local("aa"), "r/x:1");
  assert.deepEqual(did, ["marks r/x:1"]);
});

test("content that somebody else has under another name keeps that name and its id unmarked", async () => {
  const { images, did } = world([image("sha256:aa", "docker.io/library/busybox:1.28")]);
  await images.bring(local("aa"), "registry.knots.internal/knots/busybox:1");
  assert.equal(did.at(-1), "marks registry.knots.internal/knots/busybox:1");
});

test("a pod's image is pulled by CRI and marked; one that was there before is not", async () => {
  const { runtime, did } = world([image("sha256:docker.io/library/a:1", "docker.io/library/a:1")]);
  assert.equal(await runtime.pullImage("docker.io/library/b:1"), "sha256:docker.io/library/b:1");
  await runtime.pullImage("docker.io/library/a:1");
  assert.deepEqual(did, [
    "CRI pulls docker.io/library/b:1",
    "marks docker.io/library/b:1 sha256:docker.io/library/b:1",
    "CRI pulls docker.io/library/a:1",
    "marks ",
  ]);
});

test("images of sites are pulled past CRI, which does not know our registry", async () => {
  const { runtime, did } = world([]);
  await runtime.pullImage("registry.knots.internal/default/shop@sha256:1");
  assert.equal(did[0], "pulls registry.knots.internal/default/shop@sha256:1 by /hosts");
});
