// Tests of the metric registry: its text is what Prometheus reads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createMetrics } from "./metrics.ts";

test("a counter, a gauge and a histogram in the text", () => {
  const metrics = createMetrics();
  const writes = metrics.counter({ name: "writes_total", help: "Writes.", labels: ["verb", "code"] });
  writes.add(["create", "201"]);
  writes.add(["create", "201"], 2);
  writes.add(["delete", '4"\\\n']);
  metrics.gauge({ name: "depth", help: "Keys\nthat wait." }).set(2.5);
  const took = metrics.histogram({ name: "took_seconds", help: "Time.", buckets: [0.1, 1] });
  for (const value of [0.05, 0.1, 0.5, 7]) took.observe(value);
  assert.equal(
    metrics.text(),
    [
      "# HELP writes_total Writes.",
      "# TYPE writes_total counter",
      'writes_total{verb="create",code="201"} 3',
      String.raw`writes_total{verb="delete",code="4\"\\\n"} 1`,
      String.raw`# HELP depth Keys\nthat wait.`,
      "# TYPE depth gauge",
      "depth 2.5",
      "# HELP took_seconds Time.",
      "# TYPE took_seconds histogram",
      'took_seconds_bucket{le="0.1"} 2',
      'took_seconds_bucket{le="1"} 3',
      'took_seconds_bucket{le="+Inf"} 4',
      "took_seconds_sum 7.65",
      "took_seconds_count 4",
      "",
    ].join("\n"),
  );
});

test("a metric that is asked for twice is one, with other labels it is refused", () => {
  const metrics = createMetrics();
  const options = { name: "a_total", help: "A.", labels: ["x"] };
  metrics.counter(options).add(["1"]);
  metrics.counter(options).add(["1"]);
  assert.match(metrics.text(), /a_total\{x="1"\} 2/);
  assert.throws(() => metrics.counter({ ...options, labels: ["y"] }), /registered once/);
  assert.throws(() => metrics.gauge(options), /registered once/);
  assert.throws(() => metrics.counter(options).add([]), /labels are x/);
});

test("a gauge that is read shows what is there at that moment", () => {
  const metrics = createMetrics();
  const depth = new Map([["a", 1]]);
  const read = () => [...depth].map(([name, value]) => [[name], value] as const);
  metrics.gaugeOf({ name: "depth", help: "Depth.", labels: ["name"] }, read);
  assert.match(metrics.text(), /depth\{name="a"\} 1\n$/);
  depth.delete("a");
  depth.set("b", 2);
  assert.match(metrics.text(), /# TYPE depth gauge\ndepth\{name="b"\} 2\n$/);
});

test("label values beyond the limit are not taken, known ones go on", () => {
  const metrics = createMetrics(2);
  const seen = metrics.counter({ name: "seen_total", help: "Seen.", labels: ["who"] });
  for (const who of ["a", "b", "c", "a"]) seen.add([who]);
  assert.match(metrics.text(), /who="a"\} 2\nseen_total\{who="b"\} 1\n$/);
});

test("a removed series is gone", () => {
  const metrics = createMetrics();
  const up = metrics.gauge({ name: "up", help: "Up.", labels: ["node"] });
  up.set(1, ["n1"]);
  up.remove(["n1"]);
  assert.equal(metrics.text(), "# HELP up Up.\n# TYPE up gauge\n");
});
