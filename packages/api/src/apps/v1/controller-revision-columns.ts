// What `kubectl get controllerrevisions` shows.
import { age, type Column, type ObjectMeta, parseApiVersion } from "@knots/machinery";
import { count, NONE, text } from "../../columns.ts";

interface View {
  readonly metadata: ObjectMeta;
  readonly revision?: number;
}

/** The controller as `kind.group/name`. */
function controllerText({ metadata }: View): string {
  const owner = (metadata.ownerReferences ?? []).find(({ controller }) => controller === true);
  if (!owner) return NONE;
  const { group } = parseApiVersion(owner.apiVersion);
  return `${owner.kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${owner.name}`;
}

export const controllerRevisionColumns: readonly Column[] = [
  text("Controller", "Controller that keeps it.", controllerText),
  count("Revision", "Place in the order of states.", ({ revision }: View) => revision),
  age(),
];
