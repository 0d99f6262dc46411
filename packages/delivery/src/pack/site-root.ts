// Where images of sites have their pages: said once for the packer and the base image.

/** Folder in the image; no leading slash. */
export const SITE_ROOT = "srv/www";
