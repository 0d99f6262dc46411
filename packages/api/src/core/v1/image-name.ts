// What the name of an image says about pulling it.

/** The tag of an image name: "latest" when there is none, empty when a digest pins the image. */
export function imageTag(image: string): string {
  if (image.includes("@")) return "";
  const name = image.slice(image.lastIndexOf("/") + 1);
  const colon = name.lastIndexOf(":");
  return colon < 0 ? "latest" : name.slice(colon + 1);
}

/** How an image is pulled when nothing is said: the moving tag "latest" every time, others once. */
export function pullPolicyOf(image = ""): "Always" | "IfNotPresent" {
  return imageTag(image) === "latest" ? "Always" : "IfNotPresent";
}
