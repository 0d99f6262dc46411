// What stops the set-up, told in one line with the fix.

/** An expected trouble: its message is for the person at the terminal. */
export class Problem extends Error {}

const oldest = 18;

/** @param {string} version as in `process.versions.node` */
export function requireNode(version) {
  if (Number.parseInt(version, 10) >= oldest) return;
  throw new Problem(
    `Node ${version} is too old to install anything: install Node ${oldest} or later (apt-get install nodejs npm)`,
  );
}
