// The environment that programs we start see: ours (proxies, PATH, HOME) plus what the caller adds.

/** Additions win; an addition of undefined removes the variable. Programs answer in English, so that answers can be parsed. */
export function environmentWith(additions: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: "C.UTF-8", ...additions };
}
