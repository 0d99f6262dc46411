// What the parts of the etcd engine share: the members, the keys, and the newest revision that anybody has told of.
import type { Clock } from "@knots/std";
import { StoreError } from "../error.ts";
import type { Revision } from "../store.ts";
import type { Keyspace } from "./keyspace.ts";
import type { Members } from "./members.ts";
import { type EtcdMethod, etcd } from "./methods.ts";

/** An answer that may say where the store stands. */
interface Headed {
  readonly header?: { readonly revision?: number } | undefined;
}

export interface Session {
  readonly clock: Clock;
  readonly keys: Keyspace;
  readonly members: Members;
  /** The newest revision known to exist; other writers may be further. */
  readonly seen: Revision;
  note(revision: Revision): void;
  read<Q, R extends Headed>(method: EtcdMethod<Q, R>, request: Q): Promise<R>;
  write<Q, R extends Headed>(method: EtcdMethod<Q, R>, request: Q): Promise<R>;
}

export interface SessionOptions {
  readonly clock: Clock;
  readonly keys: Keyspace;
  readonly members: Members;
  /** Called whenever `seen` grew. */
  readonly risen: () => void;
}

export function createSession({ clock, keys, members, risen }: SessionOptions): Session {
  let seen = 0;
  const note = (revision: Revision): void => {
    if (revision <= seen) return;
    seen = revision;
    risen();
  };
  const noted = <R extends Headed>(response: R): R => {
    note(revisionOf(response));
    return response;
  };
  return {
    clock,
    keys,
    members,
    get seen() {
      return seen;
    },
    note,
    read: async (method, request) => noted(await members.read(method, request)),
    write: async (method, request) => noted(await members.write(method, request)),
  };
}

/** The revision at which an answer was made; 0 when it does not say. */
export function revisionOf({ header }: Headed): Revision {
  return header?.revision ?? 0;
}

/** Whether a state is still kept. */
export async function isReadable(session: Session, revision: Revision): Promise<boolean> {
  try {
    await session.read(etcd.range, { key: session.keys.clockKey, countOnly: true, revision });
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === "compacted") return false;
    throw error;
  }
}
