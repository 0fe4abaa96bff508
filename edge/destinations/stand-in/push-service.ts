import { fromBase64url } from "../../base64url.ts";
import type { Answer, Call } from "../adapter.ts";
import { answer, read, type Sent } from "./request.ts";

interface Service {
  nowMs: number;
  /** Endpoints that are no longer subscribed. */
  gone?: readonly string[];
  /** The only key that it takes pushes from. */
  key?: string;
}

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** RFC 8292: whose token it is, for whom, and how long it lasts. */
async function badToken({ authorization, url, nowMs, key }: { authorization: string; url: URL } & Service): Promise<boolean> {
  const [, jwt = "", k = ""] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  const [head = "", claims = "", signature = ""] = jwt.split(".");
  if (!signature || (key !== undefined && k !== key)) return true;
  const read = (part: string) => JSON.parse(new TextDecoder().decode(fromBase64url(part))) as Record<string, unknown>;
  const { aud, exp, sub } = read(claims);
  const leftS = Number(exp) - nowMs / 1000;
  if (read(head).alg !== "ES256" || aud !== url.origin || !(leftS > 0 && leftS <= 86_400)) return true;
  if (!/^(mailto:.+@.+|https:\/\/.+)$/.test(String(sub))) return true;
  const imported = await crypto.subtle.importKey("raw", fromBase64url(k), ecdsa, false, ["verify"]);
  return !(await crypto.subtle.verify(ecdsa, imported, fromBase64url(signature), new TextEncoder().encode(`${head}.${claims}`)));
}

/** @param shown every push by the device it came to */
export function pushService(service: Service, shown: Sent[] = []): Call {
  return async (request): Promise<Answer> => {
    const { url, method, header } = read(request);
    const { body } = request;
    if (method !== "POST") return answer(405);
    if (await badToken({ authorization: header("authorization"), url, ...service }))
      return answer(403, { reason: "BadJwtToken" });
    if (service.gone?.includes(url.href)) return answer(410, { reason: "Unregistered" });
    if (!/^\d{1,7}$/.test(header("ttl"))) return answer(400, { reason: "BadTtl" });
    if (!/^([\w-]{1,32})?$/.test(header("topic"))) return answer(400, { reason: "BadWebPushTopic" });
    if (!/^(very-low|low|normal|high|)$/.test(header("urgency"))) return answer(400, { reason: "BadUrgency" });
    if (header("content-encoding") !== "aes128gcm" || typeof body === "string") return answer(415);
    if (body.length > 4096) return answer(413);
    if (body.length < 103 || body[20] !== 65 || body[21] !== 4) return answer(400, { reason: "BadEncryption" });
    shown.push(request);
    return answer(201, undefined, { location: `${url.origin}/m/${shown.length}` });
  };
}
