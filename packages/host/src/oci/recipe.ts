// How an image is made from Debian packages and files of this machine: a value, whose hash names the result.
import type { RunConfig } from "./image.ts";

/** One thing in an image. Paths inside images and packages have no leading slash. */
export type RecipeItem =
  /** A file or a whole folder of the unpacked packages, at the same place or another. */
  | { readonly take: string; readonly as?: string }
  /** A file or folder of this machine. */
  | { readonly host: string; readonly as: string; readonly without?: readonly string[] }
  | { readonly path: string; readonly text: string; readonly mode?: number }
  | { readonly path: string; readonly link: string }
  | { readonly path: string; readonly directory: true; readonly mode?: number; readonly owner?: number }
  /** One file of all files in a folder of the packages, in order of name. */
  | { readonly path: string; readonly joined: string }
  /** Links in `folder` to a busybox, one for each of its applets that has no file yet. */
  | { readonly applets: string; readonly folder: string };

export interface ImageRecipe {
  readonly name: string;
  /** References as people write them; made full when the image is built. */
  readonly tags: readonly string[];
  /** Debian packages; what they depend on is at hand for shared libraries but not put into the image. */
  readonly packages: readonly string[];
  /** Later items win over earlier ones at the same path. */
  readonly items: readonly RecipeItem[];
  readonly run: RunConfig;
  /** gzip level; 0 leaves the layer uncompressed, quick to make and to import. */
  readonly compression?: 0 | 1 | 6;
}

export const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Users, name service and writable places that every ordinary image has. */
export const commonItems: readonly RecipeItem[] = [
  { path: "bin", link: "usr/bin" },
  { path: "sbin", link: "usr/sbin" },
  { path: "lib", link: "usr/lib" },
  { path: "lib64", link: "usr/lib64" },
  {
    path: "etc/passwd",
    text: [
      "root:x:0:0:root:/root:/bin/sh",
      "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
      "node:x:1000:1000:node:/home/node:/bin/sh",
      "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
      "",
    ].join("\n"),
  },
  { path: "etc/group", text: "root:x:0:\nwww-data:x:33:\nnode:x:1000:\nnogroup:x:65534:\n" },
  { path: "etc/nsswitch.conf", text: "passwd: files\ngroup: files\nhosts: files dns\n" },
  { path: "tmp", directory: true, mode: 0o1777 },
  { path: "var/tmp", directory: true, mode: 0o1777 },
  { path: "root", directory: true, mode: 0o700 },
  { path: "run", directory: true },
  { path: "proc", directory: true },
  { path: "sys", directory: true },
  { path: "dev", directory: true },
];
