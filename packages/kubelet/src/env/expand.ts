// $(NAME) in values, commands and arguments.

/**
 * Replaces every `$(NAME)` by what `lookup` answers; undefined leaves it as it stands. `$$` is a plain `$`, so
 * `$$(NAME)` is never replaced. A `$` before anything else, and a `$(` that is not closed, stay.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) =>
    name === undefined ? "$" : (lookup(name) ?? whole),
  );
}
