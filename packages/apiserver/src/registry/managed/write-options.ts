// Options of writes that the kind of write allows or demands.
import type { ApiRequest } from "@knots/client";
import { type FieldError, fieldPath, forbidden, invalid, required } from "@knots/machinery";
import { invalidObject } from "../../errors.ts";
import { byteLength, isPrintable, MAX_MANAGER } from "./manager-name.ts";

const OPTIONS = { create: "CreateOptions", update: "UpdateOptions", patch: "PatchOptions" } as const;
const MANAGER = fieldPath("fieldManager");
export const APPLY_TYPE = "application/apply-patch+yaml";

const unicode = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

function* managerErrors(manager: string): Iterable<FieldError> {
  if (byteLength(manager) > MAX_MANAGER)
    yield {
      type: "FieldValueTooLong",
      field: "fieldManager",
      message: `Too long: may not be more than ${MAX_MANAGER} bytes`,
    };
  let position = 0;
  for (const character of manager) {
    if (!isPrintable(character))
      yield invalid(MANAGER, manager, `invalid character ${unicode(character)} (at position ${position})`);
    position += byteLength(character);
  }
}

function* patchErrors({ patch, options }: ApiRequest): Iterable<FieldError> {
  if (patch?.type === APPLY_TYPE) {
    if (!options?.fieldManager) yield required(MANAGER, "is required for apply patch");
  } else if (options?.force !== undefined)
    yield forbidden(fieldPath("force"), "may not be specified for non-apply patch");
}

/** Refuses options that do not fit the write. */
export function checkWriteOptions(request: ApiRequest): void {
  const { verb, options } = request;
  if (verb !== "create" && verb !== "update" && verb !== "patch") return;
  const errors = [...(verb === "patch" ? patchErrors(request) : []), ...managerErrors(options?.fieldManager ?? "")];
  if (errors.length > 0) throw invalidObject({ group: "meta.k8s.io", kind: OPTIONS[verb] }, "", errors);
}
