// Creation of an object.
import type { KubeObject, ManagedFieldsEntry } from "@knots/machinery";
import type { RequestContext } from "../context.ts";
import { alreadyExists, internalError } from "../errors.ts";
import { managedOnCreate, withManaged } from "./managed/track.ts";
import { generateName, inNamespace, prepareCreateMeta } from "./metadata.ts";
import { type AnyObject, deepFreeze, withField } from "./objects.ts";
import { input, output, type Registry, redefault, validate } from "./registry.ts";
import type { Claimed } from "./strategy.ts";

/** How often a name from `generateName` is drawn again, and a lost claim renewed. */
const TRIES = 16;

/** Where a creation goes. */
export interface CreateTarget {
  readonly namespace?: string | undefined;
  readonly body: KubeObject;
  readonly context: RequestContext;
  /** Who owns what, where that is known already (apply); else all that is new belongs to the writer. */
  readonly managed?: readonly ManagedFieldsEntry[];
}

async function claimed({ strategy, tools }: Registry, object: AnyObject): Promise<Claimed> {
  return strategy.claim ? strategy.claim(object, undefined, tools) : { object };
}

async function persist(registry: Registry, object: AnyObject, context: RequestContext): Promise<AnyObject | "taken"> {
  const { storage, strategy } = registry;
  const { name = "", namespace } = object.metadata;
  const key = storage.key(namespace, name);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const claim = await claimed(registry, object);
    validate(registry, claim.object);
    if (await storage.get(key)) return "taken";
    if (context.options.dryRun) return deepFreeze(claim.object);
    const ttl = strategy.ttlSeconds === undefined ? {} : { ttlSeconds: strategy.ttlSeconds };
    const stored = await storage.create(key, deepFreeze(claim.object), { ...claim.alongside, ...ttl });
    if (stored) return stored;
    if (await storage.get(key)) return "taken";
    const lost = await claim.lost?.();
    if (lost) throw lost;
  }
  throw internalError(`no free address or port found for ${name}`);
}

async function attempt(registry: Registry, { namespace, context }: CreateTarget, decoded: AnyObject) {
  const { storage, strategy, tools, admission } = registry;
  const { kind } = storage;
  const named = prepareCreateMeta(kind, generateName(decoded, tools), tools);
  const name = named.metadata.name ?? "";
  const attributes = { operation: "CREATE", kind, namespace, name, context } as const;
  const mutated = redefault(kind, await admission.mutate({ ...attributes, object: named }));
  const bare = kind.hasStatus && !strategy.prepareCreate ? withField(mutated, "status", undefined) : mutated;
  const object = redefault(kind, strategy.prepareCreate?.(bare, tools, context) ?? bare);
  strategy.authorizeWrite?.(object, undefined, context);
  validateEarly(registry, object);
  for (const warning of strategy.warnings?.(object) ?? []) context.warn(warning);
  await admission.validate({ ...attributes, object });
  return persist(registry, object, context);
}

/** Objects without claims are validated before validating admission sees them; others once they have claimed. */
function validateEarly(registry: Registry, object: AnyObject): void {
  if (!registry.strategy.claim) validate(registry, object);
}

/** Creates an object: 409 when the name is taken, a new draw when the name was generated. */
export async function createObject(registry: Registry, target: CreateTarget): Promise<AnyObject> {
  const { kind } = registry;
  const { body: given, context, namespace } = target;
  const decoded = inNamespace(kind, input(kind, given, context), namespace);
  const body = withManaged(decoded, target.managed ?? managedOnCreate(registry, decoded, context));
  const generated = !body.metadata.name && !!body.metadata.generateName;
  for (let draw = 0; ; draw++) {
    const result = await attempt(registry, target, body);
    if (result !== "taken") return output(kind, result);
    if (generated && draw < TRIES) continue;
    throw alreadyExists(registry.storage.kind, body.metadata.name ?? body.metadata.generateName ?? "");
  }
}
