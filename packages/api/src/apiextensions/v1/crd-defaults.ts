// What a custom kind is called where its definition does not say.

interface NamesView {
  readonly kind: string;
  readonly singular?: string;
  readonly listKind?: string;
}

const missing = (name: string | undefined): boolean => name === undefined || name === "";

/** Fills in the singular name and the kind of lists. */
export function defaultNames<T extends { readonly names: NamesView }>(spec: T): T {
  const { names } = spec;
  const singular = missing(names.singular) && names.kind !== "" ? names.kind.toLowerCase() : undefined;
  const listKind = missing(names.listKind) && names.kind !== "" ? `${names.kind}List` : undefined;
  if (singular === undefined && listKind === undefined) return spec;
  const filled = { ...names, ...(singular !== undefined && { singular }), ...(listKind !== undefined && { listKind }) };
  return { ...spec, names: filled };
}
