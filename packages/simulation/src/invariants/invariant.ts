// What must always hold in a cluster, as values that watch it; ids are those of the project's list of invariants.
import type { Informers } from "@knots/client";

/** A broken invariant, told once where it broke. */
export interface Violation {
  /** Such as I14. */
  readonly invariant: string;
  readonly message: string;
}
/** Says that something is wrong. */
export type Accuse = (message: string) => void;

/** One invariant that is checked with every change. */
export interface Invariant {
  readonly id: string;
  readonly doc: string;
  /** Begins to watch; answers the function that ends it. */
  watch(informers: Informers, accuse: Accuse): () => void;
}
