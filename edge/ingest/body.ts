import { Refusal } from "../problem.ts";

/**
 * The body as text. A length that was declared bounds what the connection delivers, so it is read in one go; without one the
 * bytes are counted as they come.
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  if (request.headers.get("content-encoding")) throw new Refusal(415, "send the body uncompressed, without Content-Encoding");
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > maxBytes) throw tooLarge(maxBytes);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  try {
    return declared === null ? await readCounted(request, maxBytes, decoder) : decoder.decode(await request.arrayBuffer());
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, "the body broke off, or is not UTF-8");
  }
}

const tooLarge = (maxBytes: number) => new Refusal(413, `the body is larger than ${maxBytes} bytes`);

async function readCounted(request: Request, maxBytes: number, decoder: TextDecoder): Promise<string> {
  const reader = request.body?.getReader();
  if (!reader) return "";
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw tooLarge(maxBytes);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** No limit of depth is needed here: the schema that follows never looks deeper than a batch goes. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "the body is not JSON");
  }
}
