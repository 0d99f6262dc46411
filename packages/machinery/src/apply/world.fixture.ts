// An object of the sample schema and its owners, changed by one manager after the other.
import { decodeObject } from "../schema/decode.ts";
import type { JsonObject, SchemaNode } from "../schema/schema.ts";
import { type Application, type Applied, applyConfiguration, changesBetween } from "./apply.ts";
import { conflictError } from "./conflict.ts";
import { EMPTY_SET, type FieldSet, pathsOf } from "./field-set.ts";
import { type Owner, parseOwners, writeOwners } from "./owners.ts";
import { updateOwners } from "./update-owners.ts";
import { Sample } from "./values.fixture.ts";

export const schema: SchemaNode = Sample;
const identity = { schema, into: (object: JsonObject) => object, back: (object: JsonObject) => object };
export const versions = (apiVersion: string) => (apiVersion.startsWith("v") ? identity : undefined);
/** As the server reads an object: types checked, zeros normalised. */
export const canonical = (object: JsonObject): JsonObject => decodeObject(Sample, object);
export const resets = (): FieldSet => EMPTY_SET;

/** An object and its owners, changed by one manager after the other; each write happens one second later. */
export class World {
  object: JsonObject = {};
  owners: readonly Owner[] = [];
  #second = 0;

  #now(): string {
    return `2026-01-01T00:00:${String(this.#second++).padStart(2, "0")}Z`;
  }

  try(manager: string, applied: JsonObject, more: Partial<Application> = {}): Applied {
    const writer = { manager, operation: "Apply", apiVersion: "v1" } as const;
    const { object: live, owners } = this;
    return applyConfiguration({
      live,
      applied,
      owners,
      writer,
      now: this.#now(),
      resets,
      versions,
      canonical,
      ...more,
    });
  }

  apply(manager: string, applied: JsonObject, more: Partial<Application> = {}): this {
    const { object, owners, conflicts } = this.try(manager, applied, more);
    if (conflicts.length > 0) throw conflictError(conflicts);
    return this.#become(object, owners);
  }

  force(manager: string, applied: JsonObject): this {
    const { object, owners } = this.try(manager, applied);
    return this.#become(object, owners);
  }

  update(manager: string, object: JsonObject, apiVersion = "v1"): this {
    const changes = changesBetween(this.object, object, { versions, resets });
    const owners = updateOwners(this.owners, changes, { manager, operation: "Update", apiVersion }, this.#now());
    return this.#become(object, owners);
  }

  #become(object: JsonObject, written: readonly Owner[]): this {
    this.object = object;
    // As the store does it: written down and read again.
    const owners = parseOwners(JSON.parse(JSON.stringify(writeOwners(written))));
    if (!owners) throw new Error("owners could not be read");
    this.owners = owners;
    return this;
  }

  /** `manager/operation: paths`, in the order of the entries. */
  said(): readonly string[] {
    return this.owners.map(({ manager, operation, fields }) => {
      const paths = [...pathsOf(fields)].map((path) => path.map((step) => step.slice(2)).join("."));
      return `${manager} ${operation}: ${paths.join(" ")}`;
    });
  }
}

export const world = (): World => new World();
