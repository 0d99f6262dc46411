// Which Debian package brings a program that this project runs: for the sentence that says what to install.

const packages: Readonly<Record<string, string>> = {
  "apt-cache": "apt",
  "apt-get": "apt",
  conntrack: "conntrack",
  dpkg: "dpkg",
  "dpkg-deb": "dpkg",
  "dpkg-query": "dpkg",
  git: "git",
  ip: "iproute2",
  mount: "mount",
  nft: "nftables",
  nsenter: "util-linux",
  setpriv: "util-linux",
  ss: "iproute2",
  sysctl: "procps",
  tar: "tar",
  tc: "iproute2",
  umount: "mount",
  unshare: "util-linux",
};

/** The package's name, or undefined for a program that is not in the table. Accepts a path. */
export function debianPackageOf(program: string): string | undefined {
  return packages[program.slice(program.lastIndexOf("/") + 1)];
}
