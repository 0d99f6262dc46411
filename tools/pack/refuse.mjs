// Stops `npm pack` and `npm publish` in the repository: Node refuses TypeScript below node_modules, so the sources are no package.
// npm runs this before `npm run pack` too, which is let through.
if (["pack", "publish"].includes(process.env["npm_command"] ?? "")) {
  console.error("The package is bundled first: run `npm run pack`, which writes dist/knots-<version>.tgz.");
  process.exitCode = 1;
}
