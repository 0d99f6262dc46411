// A mistake or a circumstance that the user can mend: one message by key that names the fix.
import type { TextKey } from "../texts/text.ts";

/** Ends the command with exit code 1 and its text; no stack is shown. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly key: TextKey;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(key: TextKey, values: Readonly<Record<string, string | number>> = {}, options?: ErrorOptions) {
    super(key, options);
    this.key = key;
    this.values = values;
  }
}
