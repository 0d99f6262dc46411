// Which mounts a machine makes for itself, as arguments of mount(8).
import type { Mount } from "@knots/host";

/** Mounts of the control group trees, seen from a fresh tmpfs on /sys/fs/cgroup; those outside it are left out. */
export function cgroupMountArguments(trees: readonly Mount[]): string[][] {
  return trees
    .filter(({ point }) => point.startsWith("/sys/fs/cgroup"))
    .map(({ type, point, superOptions }) =>
      type === "cgroup2"
        ? ["-t", "cgroup2", "cgroup2", point]
        : ["-t", "cgroup", "-o", treeOptions(superOptions), "cgroup", point],
    );
}

const unrelated = /^(rw|ro|xattr|clone_children|noprefix|release_agent=.*)$/;

function treeOptions(superOptions: readonly string[]): string {
  const names = superOptions.filter((option) => !unrelated.test(option));
  return (names.some((name) => name.startsWith("name=")) ? ["none", ...names] : names).join(",");
}
