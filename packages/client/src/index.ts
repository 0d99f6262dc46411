// Public names of @knots/client.
export type {
  Appliable,
  ApplyOptions,
  Client,
  ListScope,
  ObjectKey,
  ObjectList,
  PatchBody,
  WriteOptions,
} from "./client.ts";
export {
  type Caches,
  type Controller,
  controller,
  type Key,
  keyOf,
  splitKey,
  type Watch,
  watch,
} from "./controller/controller.ts";
export { NO_PLAN, type Plan, type PlannedEvent, type Write, type WriteOutcome } from "./controller/plan.ts";
export { type RunningController, type RuntimeOptions, runController, runControllers } from "./controller/runtime.ts";
export {
  createWorkQueue,
  type WorkCounts,
  type WorkQueue,
  type WorkQueueOptions,
  type WorkResult,
} from "./controller/work-queue.ts";
export { createClient } from "./create-client.ts";
export { createEventRecorder, type EventRecorderOptions, type RunningRecorder } from "./events/create-recorder.ts";
export { type EventRecorder, silentRecorder } from "./events/recorder.ts";
export { createInformers, type InformersOptions } from "./informer/create-informers.ts";
export type { Indexer, Informer, InformerHandler, InformerOptions, Informers, Lister } from "./informer/informer.ts";
export { compareRevisions } from "./informer/revision.ts";
export { type Fence, fenced, LeadershipLostError, type LeadOptions, lead } from "./lease/lead.ts";
export { createFakeApi, type FakeApi, type FakeApiOptions, type SubresourceHandler } from "./testing/fake-api.ts";
export { type Faults, type FaultyOptions, faulty } from "./testing/faulty.ts";
export { type HttpForm, httpForm, requestPath } from "./transport/http-form.ts";
export {
  type ApiRequest,
  type DeleteOptions,
  type PatchType,
  type RequestOptions,
  type Transport,
  UnknownOutcomeError,
  type Verb,
  type WatchEvent,
} from "./transport/transport.ts";
