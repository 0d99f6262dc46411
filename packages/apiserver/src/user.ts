// Who makes a request.

/** An authenticated identity. */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const AUTHENTICATED_GROUP = "system:authenticated";
export const UNAUTHENTICATED_GROUP = "system:unauthenticated";
export const MASTERS_GROUP = "system:masters";

/** Whoever shows no credentials. */
export const ANONYMOUS: User = { name: "system:anonymous", groups: [UNAUTHENTICATED_GROUP] };

/** The server acting for itself; passes every check. */
export const LOOPBACK: User = { name: "system:apiserver", groups: [MASTERS_GROUP, AUTHENTICATED_GROUP] };

/** A user of the given name and groups who has shown credentials. */
export function authenticated(name: string, groups: readonly string[] = []): User {
  return { name, groups: groups.includes(AUTHENTICATED_GROUP) ? groups : [...groups, AUTHENTICATED_GROUP] };
}
