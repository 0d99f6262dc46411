// A small registry of metrics and its text for Prometheus (exposition format 0.0.4).
import { assert } from "./assert.ts";

/** Values of labels in the order in which the metric names them. */
export type LabelValues = readonly string[];

export interface MetricOptions {
  /** Counters end in `_total`; units are base units (`_seconds`, `_bytes`). */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}
export interface HistogramOptions extends MetricOptions {
  /** Upper bounds in rising order, without infinity. */
  readonly buckets: readonly number[];
}

/** Counts up. */
export interface Counter {
  add(labels?: LabelValues, amount?: number): void;
}
/** Goes up and down. */
export interface Gauge {
  set(value: number, labels?: LabelValues): void;
  /** Forgets one series. */
  remove(labels?: LabelValues): void;
}
/** Counts observations by size. */
export interface Histogram {
  observe(value: number, labels?: LabelValues): void;
}

/** All metrics of one process. Asking for a name again gives the same metric; with other options it breaks an invariant. */
export interface Metrics {
  counter(options: MetricOptions): Counter;
  gauge(options: MetricOptions): Gauge;
  /** A gauge that is read when the text is made: one value per label values. */
  gaugeOf(options: MetricOptions, read: () => Iterable<readonly [labels: LabelValues, value: number]>): void;
  histogram(options: HistogramOptions): Histogram;
  /** The text of everything, in the order of registration. */
  text(): string;
}

/** Durations of control loops and requests, in seconds: 1 ms to 100 s. */
export const DURATION_BUCKETS: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 50, 100];

const escapeHelp = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const escapeValue = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');

function line(name: string, labels: readonly (readonly [string, string])[], value: number): string {
  const text = labels.map(([label, of]) => `${label}="${escapeValue(of)}"`).join(",");
  return `${name}${text === "" ? "" : `{${text}}`} ${value === Number.POSITIVE_INFINITY ? "+Inf" : value}\n`;
}

/** Series of one metric by their label values; beyond the limit new ones are not taken. */
class Series<V> {
  readonly #names: readonly string[];
  readonly #limit: number;
  readonly #series = new Map<string, { readonly labels: LabelValues; value: V }>();

  constructor(names: readonly string[], limit: number) {
    this.#names = names;
    this.#limit = limit;
  }

  update(labels: LabelValues, change: (value: V | undefined) => V): void {
    assert(labels.length === this.#names.length, `labels are ${this.#names.join(", ") || "none"}`);
    const key = labels.join("\u0000");
    const present = this.#series.get(key);
    if (present) present.value = change(present.value);
    else if (this.#series.size < this.#limit) this.#series.set(key, { labels, value: change(undefined) });
  }

  remove(labels: LabelValues): void {
    this.#series.delete(labels.join("\u0000"));
  }

  lines(write: (labels: readonly (readonly [string, string])[], value: V) => string): string {
    const named = (labels: LabelValues) => this.#names.map((name, at) => [name, labels[at] ?? ""] as const);
    return [...this.#series.values()].map(({ labels, value }) => write(named(labels), value)).join("");
  }
}

interface Observed {
  /** How many observations fell in each bucket, the one up to infinity last; not cumulative. */
  readonly counts: readonly number[];
  readonly sum: number;
}

function histogramLines(name: string, buckets: readonly number[], series: Series<Observed>): string {
  return series.lines((labels, { counts, sum }) => {
    const bounds = [...buckets, Number.POSITIVE_INFINITY];
    let total = 0;
    const lines = bounds.map((bound, at) => {
      total += counts[at] ?? 0;
      const le = bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound);
      return line(`${name}_bucket`, [...labels, ["le", le]], total);
    });
    return `${lines.join("")}${line(`${name}_sum`, labels, sum)}${line(`${name}_count`, labels, total)}`;
  });
}

function observed(before: Observed | undefined, buckets: readonly number[], value: number): Observed {
  const { counts = Array<number>(buckets.length + 1).fill(0), sum = 0 } = before ?? {};
  const found = buckets.findIndex((bound) => value <= bound);
  const at = found < 0 ? buckets.length : found;
  return { counts: counts.with(at, (counts[at] ?? 0) + 1), sum: sum + value };
}

interface Registered {
  readonly options: MetricOptions;
  readonly type: "counter" | "gauge" | "histogram";
  readonly lines: () => string;
  readonly metric: unknown;
}

type Make<M> = (labels: readonly string[]) => { readonly metric: M; readonly lines: () => string };

function counter(name: string, series: Series<number>): { readonly metric: Counter; readonly lines: () => string } {
  const add = (labels: LabelValues = [], amount = 1): void => series.update(labels, (value = 0) => value + amount);
  return { metric: { add }, lines: () => series.lines((labels, value) => line(name, labels, value)) };
}

function gauge(name: string, series: Series<number>): { readonly metric: Gauge; readonly lines: () => string } {
  const metric: Gauge = {
    set: (value, labels = []) => series.update(labels, () => value),
    remove: (labels = []) => series.remove(labels),
  };
  return { metric, lines: () => series.lines((labels, value) => line(name, labels, value)) };
}

/** Creates an empty registry; every metric has at most `seriesLimit` combinations of label values. */
export function createMetrics(seriesLimit = 10_000): Metrics {
  const registered = new Map<string, Registered>();
  const register = <M>(type: Registered["type"], options: MetricOptions, make: Make<M>): M => {
    const { name, labels = [] } = options;
    const present = registered.get(name);
    const same = present?.type === type && String(present.options.labels ?? []) === String(labels);
    assert(!present || same, `metric ${name} is registered once with one type and one set of labels`);
    const entry = present ?? { options, type, ...make(labels) };
    registered.set(name, entry);
    return entry.metric as M;
  };
  const seriesOf = <V>(labels: readonly string[]): Series<V> => new Series<V>(labels, seriesLimit);
  return {
    counter: (options) => register("counter", options, (labels) => counter(options.name, seriesOf(labels))),
    gauge: (options) => register("gauge", options, (labels) => gauge(options.name, seriesOf(labels))),
    gaugeOf(options, read) {
      register("gauge", options, (labels) => {
        const lines = (): string => {
          const now = gauge(options.name, seriesOf(labels));
          for (const [values, value] of read()) now.metric.set(value, values);
          return now.lines();
        };
        return { metric: undefined, lines };
      });
    },
    histogram: (options) =>
      register("histogram", options, (labels) => {
        const { name, buckets } = options;
        const series = seriesOf<Observed>(labels);
        const observe = (value: number, values: LabelValues = []): void =>
          series.update(values, (before) => observed(before, buckets, value));
        return { metric: { observe }, lines: () => histogramLines(name, buckets, series) };
      }),
    text: () =>
      [...registered.values()]
        .map(({ options: { name, help }, type, lines }) => {
          return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines()}`;
        })
        .join(""),
  };
}
