// DefaultIngressClass as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds, Ingress, IngressClass } from "@knots/api";
import { createClient } from "@knots/client";
import type { NewObject } from "@knots/machinery";
import { createVirtualClock, seededRandom } from "@knots/std";
import { openMemoryStore } from "@knots/store";
import { createApiServer } from "../server.ts";
import { LOOPBACK } from "../user.ts";

const spec = { controller: "example.com/c" };
const isDefault = { "ingressclass.kubernetes.io/is-default-class": "true" };
const backend = { service: { name: "s", port: { number: 80 } } };

function ingress(
  name: string,
  change: Partial<NewObject<typeof Ingress>["metadata"]> = {},
  ingressClassName?: string,
): NewObject<typeof Ingress> {
  return {
    metadata: { name, namespace: "default", ...change },
    spec: { defaultBackend: backend, ...(ingressClassName !== undefined && { ingressClassName }) },
  };
}

test("an Ingress without a class gets the newest default one; a named class stays", async () => {
  const clock = createVirtualClock();
  const store = openMemoryStore({ clock });
  const server = await createApiServer({ store, clock, random: seededRandom(1), kinds: builtinKinds });
  const client = createClient(server.transport(LOOPBACK));
  const classOf = async (object: NewObject<typeof Ingress>) =>
    (await client.create(Ingress, object)).spec.ingressClassName;
  assert.equal(await classOf(ingress("no-default")), undefined, "there is no default yet");
  await client.create(IngressClass, { metadata: { name: "plain" }, spec });
  await client.create(IngressClass, { metadata: { name: "old", annotations: isDefault }, spec });
  await clock.advance(5000);
  await client.create(IngressClass, { metadata: { name: "new", annotations: isDefault }, spec });
  await clock.advance(100);
  assert.equal(await classOf(ingress("defaulted")), "new");
  assert.equal(await classOf(ingress("named", {}, "plain")), "plain");
  assert.equal(
    await classOf(ingress("annotated", { annotations: { "kubernetes.io/ingress.class": "other" } })),
    undefined,
  );
  await server.close();
  await store.close();
});
