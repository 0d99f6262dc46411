// The continue token: where the next page starts and which revision it belongs to.
import { badRequest } from "../errors.ts";

/** A place in a paged list. `revision` -1 means: take the newest state. */
export interface Place {
  readonly revision: number;
  /** First key of the next page, below the list's prefix. */
  readonly start: string;
}

function toText(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Writes a token. */
export function encodeContinue({ revision, start }: Place): string {
  return toText(new TextEncoder().encode(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start })));
}

/** Reads a token; 400 when it is none. */
export function decodeContinue(token: string): Place {
  try {
    const binary = atob(token.replaceAll("-", "+").replaceAll("_", "/"));
    const text = new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
    const { v, rv, start } = JSON.parse(text) as { v?: unknown; rv?: unknown; start?: unknown };
    const valid = v === "meta.k8s.io/v1" && Number.isSafeInteger(rv) && typeof start === "string" && start !== "";
    if (valid && !start.includes("../")) return { revision: rv as number, start };
  } catch {
    // Falls through: whatever is wrong with it, the token is not ours.
  }
  throw badRequest("continue key is not valid: invalid continue token");
}
