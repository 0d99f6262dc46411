// Two small kinds for the tests of this package: Widgets that make Parts.
import { field, int32, kind, type ObjectOf, object, string } from "@knots/machinery";

const checkName = (): undefined => undefined;

const spec = object("test.WidgetSpec", {
  parts: field(1, int32(), "How many parts are wanted."),
  color: field(2, string(), "A value to change."),
});
const status = object("test.WidgetStatus", {
  parts: field(1, int32(), "How many parts there are."),
  phase: field(2, string(), "A word."),
});

/** Namespaced, with status. */
export const Widget = kind({
  group: "test.knots.dev",
  version: "v1",
  kind: "Widget",
  plural: "widgets",
  scope: "Namespaced",
  doc: "Wants parts.",
  definition: "test.Widget",
  fields: { spec: field(2, spec, "Wanted."), status: field(3, status, "Seen.") },
  selectable: { "spec.color": (widget: { spec?: { color?: string } }) => widget.spec?.color ?? "" },
  checkName,
});
export type Widget = ObjectOf<typeof Widget>;

/** Namespaced, without status. */
export const Part = kind({
  group: "",
  version: "v1",
  kind: "Part",
  plural: "parts",
  scope: "Namespaced",
  doc: "Belongs to a widget.",
  definition: "test.Part",
  fields: { owner: field(2, string(), "Name of the widget.") },
  checkName,
});
export type Part = ObjectOf<typeof Part>;

/** Cluster-wide. */
export const Zone = kind({
  group: "test.knots.dev",
  version: "v1",
  kind: "Zone",
  plural: "zones",
  scope: "Cluster",
  doc: "A place.",
  definition: "test.Zone",
  fields: { color: field(2, string(), "A value to change.") },
  checkName,
});
