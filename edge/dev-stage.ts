import { Refusal } from "./problem.ts";

interface Parts {
  /** The edge's own front door. */
  door: (request: Request, ctx: ExecutionContext) => Promise<Response>;
  adminToken: string;
  nowMs: () => number;
  changed: () => void;
}

const stock = [
  { id: "harbour-blend", size: "250 g", left: 3 },
  { id: "lighthouse-espresso", size: "250 g", left: 4 },
];
const quiet = `  quiet_hours: { from: "22:00", to: "09:00" }\n`;

/**
 * Plays what stands around the shop's pages, by the same doors that a shop's own systems use: its stock, its counter, a phone, and
 * whoever writes its file.
 */
export function devStage({ door, adminToken, nowMs, changed }: Parts) {
  let serverKey: string | undefined;

  return async (request: Request, ctx: ExecutionContext): Promise<Response> => {
    async function asked(method: string, path: string, body?: string, token = adminToken): Promise<Response> {
      const headers = { authorization: `Bearer ${token}` };
      const url = new URL(path, request.url);
      const answer = await door(new Request(url, { method, headers, ...(body !== undefined && { body }) }), ctx);
      if (!answer.ok && method !== "DELETE") throw new Refusal(answer.status, `the edge refused it: ${await answer.text()}`);
      return answer;
    }
    const admin = (method: string, path: string, body?: string) => asked(method, `/v1/admin/sites/pk_demo${path}`, body);
    async function server(method: string, path: string, body: object): Promise<unknown> {
      const made = () => admin("POST", "/tokens", '{"role":"server","expires":"365d"}');
      serverKey ??= (await (await made()).json<{ token: string }>()).token;
      return await asked(method, path, JSON.stringify(body), serverKey);
    }

    const changes: Record<string, (value: unknown) => Promise<unknown>> = {
      stock: (isKnown) =>
        isKnown ? admin("PUT", "/feeds/stock", JSON.stringify({ at: nowMs(), rows: stock })) : admin("DELETE", "/feeds/stock"),
      counter: (isStaffed) => server("PUT", "/v1/sites/pk_demo/state", { agents_online: isStaffed ? 1 : 0 }),
      async quiet_hours(isOn) {
        const file = (await (await admin("GET", "/file")).text()).replace(quiet, "");
        await admin("PUT", "/file", isOn ? file.replace(/^limits:\n/m, `$&${quiet}`) : file);
      },
      bought(user) {
        const id = crypto.randomUUID();
        const event = { id, user, kind: "purchase", at: nowMs(), order: id, value: 14, currency: "EUR" };
        return server("POST", "/v1/events", { events: [event] });
      },
    };
    const wanted = await request.json<Record<string, unknown> | null>().catch(() => null);
    if (typeof wanted !== "object" || wanted === null) throw new Refusal(400, 'send JSON like {"stock":true}');
    for (const [what, value] of Object.entries(wanted)) {
      if (!Object.hasOwn(changes, what)) throw new Refusal(422, `what can be changed: ${Object.keys(changes).join(", ")}`);
      await changes[what]?.(value);
    }
    changed();
    return new Response(null, { status: 204 });
  };
}
