// containerd's own event service: starts and ends of tasks as a stream that is known to be open.
import type { GrpcClient, Method } from "@knots/host";
import { array, bytes, int32, type ObjectSchema, object, string, type TypeOf, time } from "@knots/machinery";
import { type Clock, createChannel, deferred, sleep } from "@knots/std";
import { messageCodec } from "../cri/codec.ts";
import { wire } from "../cri/messages/message.ts";
import type { RuntimeEvent } from "./runtime.ts";

const any = object("google.protobuf.Any", { typeUrl: wire(1, string()), value: wire(2, bytes()) });
const envelope = object("containerd.services.events.v1.Envelope", {
  timestamp: wire(1, time()),
  namespace: wire(2, string()),
  topic: wire(3, string()),
  event: wire(4, any),
});
const subscribeRequest = object("containerd.services.events.v1.SubscribeRequest", {
  filters: wire(1, array(string())),
});
const publishRequest = object("containerd.services.events.v1.PublishRequest", {
  topic: wire(1, string()),
  event: wire(2, any),
});
const empty = object("google.protobuf.Empty", {});
/** What all task events have in common; `id` tells the process of an exit, and is the container's for its first one. */
const taskEvent = object("containerd.events.TaskEvent", { containerId: wire(1, string()), id: wire(2, string()) });
/** Other events carry a number where an exit has its process. */
const taskStart = object("containerd.events.TaskStart", { containerId: wire(1, string()), pid: wire(2, int32()) });

interface Envelope extends TypeOf<typeof envelope> {}
type Started = TypeOf<typeof taskStart>;

const NAMESPACE = "k8s.io";
/** Published by us until it comes back: then the subscription stands. */
const READY_TOPIC = "/knots/subscribed";
const READY_INTERVAL = 20;
/** Most events that wait to be read. */
const BACKLOG = 100_000;

const events = <Q, R>(name: string, request: ObjectSchema<Q>, response: ObjectSchema<R>): Method<Q, R> => ({
  path: `/containerd.services.events.v1.Events/${name}`,
  request: messageCodec(request),
  response: messageCodec(response),
});
const subscribe = events("Subscribe", subscribeRequest, envelope);
const publish = events("Publish", publishRequest, empty);

const binary = (base64: string | undefined): Uint8Array => Buffer.from(base64 ?? "", "base64");

/** The event in an envelope; undefined for what concerns no container as a whole. */
export function readEnvelope({ topic, event }: Pick<Envelope, "topic" | "event">): RuntimeEvent | undefined {
  if (topic === "/tasks/exit") {
    const { containerId = "", id } = messageCodec(taskEvent).decode(binary(event?.value));
    return id === containerId ? { id: containerId, type: "exited" } : undefined;
  }
  const { containerId = "" }: Started = messageCodec(taskStart).decode(binary(event?.value));
  if (topic === "/tasks/start") return { id: containerId, type: "started" };
  return topic === "/tasks/oom" ? { id: containerId, type: "oom" } : undefined;
}

async function announce(client: GrpcClient, clock: Clock, signal: AbortSignal): Promise<void> {
  const event = { typeUrl: "knots.dev/subscribed", value: "" };
  while (!signal.aborted) {
    await client.call(
      publish,
      { topic: READY_TOPIC, event },
      { signal, headers: { "containerd-namespace": NAMESPACE } },
    );
    await sleep(clock, READY_INTERVAL, signal);
  }
}

/**
 * Subscribes; resolves when every later event will be seen. `settle` is awaited before an exit is told, one container
 * not waiting for another. The iteration ends with an error when the connection breaks.
 */
export async function subscribeToTasks(
  client: GrpcClient,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly settle: (id: string) => Promise<void> },
): Promise<AsyncIterable<RuntimeEvent>> {
  const { clock, settle } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const open = deferred();
  const opened = new AbortController();
  const channel = createChannel<RuntimeEvent>(BACKLOG, () => stop.abort(new Error("nobody reads the events")));
  const tell = async (event: RuntimeEvent): Promise<void> => {
    if (event.type === "exited") await settle(event.id);
    channel.push(event);
  };
  const read = async (): Promise<void> => {
    const filters = [
      `namespace==${NAMESPACE},topic~="^/tasks/(start|exit|oom)$"`,
      `namespace==${NAMESPACE},topic=="${READY_TOPIC}"`,
    ];
    for await (const message of client.stream(subscribe, { filters }, { signal })) {
      if (message.topic === READY_TOPIC) open.resolve();
      const event = message.topic === READY_TOPIC ? undefined : readEnvelope(message);
      if (event) void tell(event).catch((error: unknown) => channel.fail(error));
    }
    throw new Error("the runtime closed its stream of events");
  };
  read().catch((error: unknown) => {
    open.reject(error);
    if (signal.aborted) channel.end();
    else channel.fail(error);
  });
  announce(client, clock, AbortSignal.any([signal, opened.signal])).catch((error: unknown) => open.reject(error));
  try {
    await open.promise;
  } catch (error) {
    stop.abort(error);
    throw error;
  } finally {
    opened.abort(new Error("the stream of events is open"));
  }
  return channel;
}
