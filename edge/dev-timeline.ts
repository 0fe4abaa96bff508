import { type Env, objectName } from "./env.ts";
import { Refusal } from "./problem.ts";

const mostLines = 500;

/** What `/v1/admin/people/:id/timeline` answers, for the page of the person that it is about. */
export async function devTimeline({ PERSON }: Pick<Env, "PERSON">, said: URLSearchParams): Promise<Response> {
  const [user, visitor] = [said.get("user"), said.get("visitor")];
  const limit = Number(said.get("limit") ?? 100);
  if ((user ?? visitor) === null || !(limit >= 1 && limit <= mostLines))
    throw new Refusal(422, "say whose, like /dev/timeline?user=u-42&limit=20");
  const name = user === null ? objectName("pk_demo", "v", visitor as string) : objectName("pk_demo", "u", user);
  const one = await PERSON.getByName(name).timeline({ limit });
  return Response.json(one ?? { lines: [] }, { headers: { "cache-control": "no-store" } });
}
