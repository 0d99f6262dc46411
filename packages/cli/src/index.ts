// Public names of @knots/cli: none; the package is the `kts` command (main.node.ts).
export {};
