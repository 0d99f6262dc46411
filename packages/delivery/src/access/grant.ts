// What a token allows.

/** Actions on one named thing, in the words of the distribution specification. */
export interface Grant {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}
