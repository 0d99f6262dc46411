// Public names of @knots/std.
export { AssertionError, assert, defined, unreachable } from "./assert.ts";
export { type BackoffOptions, backoffDelay } from "./backoff.ts";
export { type Channel, ChannelFull, createChannel } from "./channel.ts";
export { type Clock, formatMicroTime, formatTime, parseTime, realClock, sleep, type Timer } from "./clock.ts";
export { deepEqual, deepFreeze } from "./deep.ts";
export { type Deferred, deferred } from "./deferred.ts";
export { type GoDuration, parseGoDuration } from "./go-duration.ts";
export { createHeap, type Heap } from "./heap.ts";
export { createLogger, type LogFields, type Logger, type LogLevel, silentLogger } from "./log.ts";
export {
  type Counter,
  createMetrics,
  DURATION_BUCKETS,
  type Gauge,
  type Histogram,
  type HistogramOptions,
  type LabelValues,
  type MetricOptions,
  type Metrics,
} from "./metrics.ts";
export { ProtobufError, WIRE, type WireType } from "./protobuf/error.ts";
export { ProtoReader, type ProtoReaderOptions } from "./protobuf/reader.ts";
export { ProtoWriter, type ProtoWriterOptions, varintSize } from "./protobuf/writer.ts";
export { nameSuffix, platformRandom, type Random, safeEncode, seededRandom, uuid } from "./random.ts";
export { nextTurn } from "./turn.ts";
export { createVirtualClock, settle, type VirtualClock } from "./virtual-clock.ts";
