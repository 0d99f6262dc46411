// Columns of whatever holds a pod template: names and images of its containers.
import type { Column } from "@knots/machinery";
import { text, wide } from "../../columns.ts";
import type { PodTemplateSpec } from "./pod-template.ts";

/** Names or images of a template's containers, joined. */
export const containersText = (what: "name" | "image", template: PodTemplateSpec | undefined): string =>
  (template?.spec.containers ?? []).map((container) => container[what] ?? "").join(",");

interface Holder {
  readonly spec: { readonly template?: PodTemplateSpec };
}

export const templateColumns: readonly Column[] = [
  wide(text("Containers", "Names of the containers.", ({ spec }: Holder) => containersText("name", spec.template))),
  wide(text("Images", "Images of the containers.", ({ spec }: Holder) => containersText("image", spec.template))),
];
