import { limits } from "../../contract/wire.ts";
import { Refusal } from "../problem.ts";

/** The body as text, read with a counter: Content-Length is somebody's claim. */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  if (request.headers.get("content-encoding")) throw new Refusal(415, "send the body uncompressed, without Content-Encoding");
  const reader = request.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let text = "";
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > maxBytes) {
        await reader.cancel();
        throw new Refusal(413, `the body is larger than ${maxBytes} bytes`);
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal(400, "the body is not UTF-8");
    throw error;
  }
}

/** JSON no deeper than a batch can be: deeper values parse, but break whatever walks or clones them. */
export function parseJson(text: string): unknown {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inText) {
      if (c === 92) i++;
      else if (c === 34) inText = false;
    } else if (c === 34) inText = true;
    else if (c === 123 || c === 91) {
      if (++depth > limits.depth) throw new Refusal(422, `the body is nested more than ${limits.depth} levels deep`, { pointer: "" });
    } else if (c === 125 || c === 93) depth--;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "the body is not JSON");
  }
}
