// Whom a control plane that root starts becomes.
import { CONTROL_PLANE_USER } from "@knots/cluster";
import { UserError } from "./user-error.ts";

/** Numbers above are kept by Linux for overflow and "nobody". */
const LAST = 4_294_967_293;

/** The user's number; undefined where nobody needs to change: who is not root, and root who was told so by `0`. */
export function runAsOf(text: string | undefined, root: boolean): number | undefined {
  if (text !== undefined && !(/^\d+$/.test(text) && Number(text) <= LAST))
    throw new UserError("error.number", { flag: "--run-as", min: 0, max: LAST, value: text });
  const user = text === undefined ? CONTROL_PLANE_USER : Number(text);
  return root && user !== 0 ? user : undefined;
}
