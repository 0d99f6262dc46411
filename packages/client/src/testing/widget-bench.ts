// A bench for tests of the controller runtime: a controller that keeps parts for widgets, on an API in memory.
import type { KubeObject } from "@knots/machinery";
import { createVirtualClock, type Metrics, seededRandom, silentLogger, type VirtualClock } from "@knots/std";
import { type Controller, controller, type Key, splitKey, watch } from "../controller/controller.ts";
import type { Plan, PlannedEvent, Write } from "../controller/plan.ts";
import { runController, runControllers } from "../controller/runtime.ts";
import { createClient } from "../create-client.ts";
import { createInformers } from "../informer/create-informers.ts";
import type { ApiRequest, Transport } from "../transport/transport.ts";
import { createFakeApi, type FakeApi } from "./fake-api.ts";
import { Part, Widget } from "./test-kinds.ts";

/** What the controller decides from. */
export interface WidgetSnapshot {
  readonly widget: Widget;
  readonly parts: readonly Part[];
}

const byOwner = (part: Part): readonly string[] => [`${part.metadata.namespace}/${part.owner}`];

/** As many parts as wanted, and their number in the status. */
export function planWidget({ widget, parts }: WidgetSnapshot): Plan {
  const wanted = widget.spec?.parts ?? 0;
  const { name, namespace } = widget.metadata;
  const part: KubeObject & { owner: string } = { metadata: { generateName: `${name}-`, namespace }, owner: name };
  const made = Array.from(
    { length: wanted - parts.length },
    (): Write => ({ verb: "create", kind: Part, object: part }),
  );
  const gone = parts.slice(wanted).map((object): Write => ({ verb: "delete", kind: Part, object }));
  const status = { ...widget, status: { parts: parts.length } };
  return { writes: wanted > parts.length ? made : gone, status };
}

/** The controller; a test may change any of its parts. */
export function widgets(change: Partial<Controller<WidgetSnapshot>> = {}): Controller {
  return controller<WidgetSnapshot>({
    name: "widget",
    component: "widget-controller",
    primary: Widget,
    watches: [watch({ kind: Part, indexes: { owner: byOwner }, keys: byOwner })],
    snapshot: (key: Key, caches) => {
      const { namespace, name } = splitKey(key);
      const widget = caches.of(Widget).get(namespace, name);
      return widget && { widget, parts: caches.of(Part).byIndex("owner", key) };
    },
    plan: planWidget,
    workers: 2,
    ...change,
  });
}

/** A server, a running controller's surroundings, and hands to make and read objects behind the controller's back. */
export function setUpWidgets(
  options: { wrap?: (transport: Transport, clock: VirtualClock) => Transport; seed?: number; metrics?: Metrics } = {},
) {
  const clock = createVirtualClock();
  const random = seededRandom(options.seed ?? 1);
  const api = createFakeApi({ kinds: [Widget, Part], clock, random });
  const client = createClient(api.transport);
  const theirs = createClient(options.wrap?.(api.transport, clock) ?? api.transport);
  const informers = createInformers({ client: theirs, clock, random, log: silentLogger });
  const events: PlannedEvent[] = [];
  const { metrics } = options;
  const recorder = { record: (_component: string, event: PlannedEvent) => void events.push(event) };
  const common = { client: theirs, informers, clock, random, log: silentLogger, recorder, ...(metrics && { metrics }) };
  const run = (...list: readonly Controller[]) =>
    list.length === 1 && list[0] ? runController(list[0], common) : runControllers(list, common);
  const make = (name: string, parts: number) =>
    client.create(Widget, { metadata: { namespace: "n", name }, spec: { parts } });
  const read = (name: string) => client.get(Widget, { namespace: "n", name });
  const parts = async () => (await client.list(Part)).items;
  return { clock, api, client, informers, events, run, make, read, parts };
}

/** The writes that the server was asked for. */
export const writesOf = (api: FakeApi): readonly ApiRequest[] =>
  api.requests.filter(({ verb }) => !["get", "list", "watch"].includes(verb));
