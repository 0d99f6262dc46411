// Random values for a schema with every rule of merging, for the properties of server-side apply.
import type { JsonObject } from "@knots/machinery";
import fc from "fast-check";

const text = fc.constantFrom("x", "y", "z");
const record = (model: Readonly<Record<string, fc.Arbitrary<unknown>>>) => fc.record(model, { requiredKeys: [] });
const labels = fc.dictionary(fc.constantFrom("k", "l", "__proto__"), text, { maxKeys: 3 });
const innerValue = record({ text, amount: fc.constantFrom("1", "2Gi"), on: fc.boolean(), labels, frozen: labels });
const portValue = fc.record(
  { port: fc.constantFrom(80, 443), protocol: fc.constantFrom("TCP", "UDP"), name: text },
  { requiredKeys: ["port"] },
);
const itemValue = fc.record(
  { name: fc.constantFrom("a", "b", "c", "d"), inner: innerValue },
  { requiredKeys: ["name"] },
);

/** Values of the sample schema of `machinery/apply` whose lists do not repeat themselves. */
export const samples: fc.Arbitrary<JsonObject> = record({
  count: fc.integer({ min: 1, max: 3 }),
  inner: innerValue,
  whole: record({ a: text, b: text }),
  ports: fc.uniqueArray(portValue, {
    selector: ({ port: number, protocol = "TCP" }) => `${number}${protocol}`,
    maxLength: 3,
  }),
  items: fc.uniqueArray(itemValue, { selector: ({ name }) => name, maxLength: 4 }),
  tags: fc.uniqueArray(text),
  words: fc.array(text, { maxLength: 2 }),
  any: fc.constantFrom({ q: 1 }, [1], "s"),
  structs: fc.dictionary(fc.constantFrom("p", "constructor", "__proto__"), innerValue, { maxKeys: 2 }),
}).map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
