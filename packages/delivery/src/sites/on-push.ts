// What the git server calls when a push has taken effect: branches become builds, and the pusher is told.
import type { OnPush } from "../git/push.node.ts";
import type { RecordPush } from "./push.ts";

const BRANCH = "refs/heads/";

/** Tags build nothing. The lines that the pusher sees are English, as git's own are in scripts. */
export const pushListener =
  (record: RecordPush): OnPush =>
  async ({ namespace, name, ref, before, after, at, user }) => {
    if (!ref.startsWith(BRANCH)) return [];
    const branch = ref.slice(BRANCH.length);
    const push = { site: { namespace, name }, commit: after, branch, before, receivedAt: at, requestedBy: user };
    const { message, build } = await record(push);
    return build === undefined ? [message] : [message, `Follow it with: kts site show ${name} -n ${namespace}`];
  };
