// PodTemplate: a template for pods, kept by name.
import { type Column, dns1123Subdomain, field, kind, type ObjectOf } from "@knots/machinery";
import { labelsText, text } from "../../columns.ts";
import { PodTemplateSpec } from "./pod-template.ts";
import { containersText } from "./template-columns.ts";

interface View {
  readonly template?: PodTemplateSpec;
}

const columns: readonly Column[] = [
  text("Containers", "Names of the containers.", ({ template }: View) => containersText("name", template)),
  text("Images", "Images of the containers.", ({ template }: View) => containersText("image", template)),
  text("Pod Labels", "Labels of pods made from it.", ({ template }: View) => labelsText(template?.metadata?.labels)),
];

/** A template for pods, kept by name. */
export const PodTemplate = kind({
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  scope: "Namespaced",
  doc: "A template for pods, kept by name.",
  definition: "io.k8s.api.core.v1.PodTemplate",
  fields: { template: field(2, PodTemplateSpec, "What pods made from it look like.", { always: true, default: {} }) },
  columns,
  generation: true,
  checkName: dns1123Subdomain,
});
export interface PodTemplate extends ObjectOf<typeof PodTemplate> {}
