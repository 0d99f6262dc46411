// Paths of OpenAPI documents: in JSON or as gnostic's protobuf, and for ever under an address that names their state.
import { GNOSTIC_TYPES } from "../discovery/gnostic.ts";
import { GNOSTIC_V3_TYPES } from "../discovery/gnostic-v3.ts";
import { notAcceptable } from "../errors.ts";
import { covers, parseAccept } from "./accept.ts";
import type { HttpRequest } from "./exchange.ts";
import type { PathAnswer, Route } from "./route.ts";

const JSON_TYPE = "application/json";

/** Whether a client likes JSON or one of the protobuf types first; 406 when it takes neither. */
function wish({ headers }: HttpRequest, protobuf: readonly string[]): "json" | "protobuf" {
  for (const range of parseAccept(headers["accept"])) {
    if (covers(range, JSON_TYPE)) return "json";
    if (protobuf.includes(range.type)) return "protobuf";
  }
  throw notAcceptable([JSON_TYPE, ...protobuf]);
}

export const openApiV2: Route = ({ documents }, request) =>
  wish(request, GNOSTIC_TYPES) === "json"
    ? documents.openApiV2()
    : { ...documents.openApiV2Protobuf(), contentType: GNOSTIC_TYPES[0] ?? "" };

/** A document of one group-version. With `hash` it never changes; with an outdated one its new address is told. */
export const openApiV3: Route = ({ documents }, request, rest) => {
  const path = rest.slice(1);
  const json = wish(request, GNOSTIC_V3_TYPES) === "json";
  const document = json ? documents.openApi(path) : documents.openApiProtobuf(path);
  if (!document) return undefined;
  const hash = request.query.get("hash") ?? "";
  const { etag } = document;
  if (hash !== "" && hash !== etag) return { redirect: `/openapi/v3/${path}?hash=${etag}` };
  const answer: PathAnswer = "bytes" in document ? { ...document, contentType: GNOSTIC_V3_TYPES[0] ?? "" } : document;
  return { ...answer, immutable: hash !== "" };
};
