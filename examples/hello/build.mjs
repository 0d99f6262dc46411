// Builds the page: fills the commit into the template and writes it to dist/.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const page = readFileSync("index.html", "utf8");
const message = readFileSync("message.txt", "utf8").trim();
mkdirSync("dist", { recursive: true });
writeFileSync("dist/index.html", page.replaceAll("{message}", message));
