import { ago } from "../edge/journey/ago.ts";
import type { ReviewLine, ReviewPage } from "../edge/site/answers.ts";
import { edgeCall, sitePath } from "./edge-call.ts";
import { paint } from "./paint.ts";
import { plain, plainJson } from "./plain.ts";
import { Stop } from "./stop.ts";
import type { OfSite } from "./versions.ts";

export interface ReviewsOptions extends OfSite {
  all?: boolean | undefined;
  after?: string | undefined;
}

const verdicts: Record<string, string> = { approve: "goes out when its time comes", reject: "is not sent" };

/** Lists what waits for somebody to look at it, or says what they think of one of them. */
export async function reviews(
  verdict: string | undefined,
  id: string | undefined,
  { site, all = false, after, json = false, ...at }: ReviewsOptions,
  now: () => number = Date.now,
): Promise<void> {
  const path = `${sitePath(site)}/reviews`;
  if (verdict !== undefined) {
    const follows = Object.hasOwn(verdicts, verdict) ? verdicts[verdict] : undefined;
    if (follows === undefined || id === undefined)
      throw new Stop("say `cusp reviews approve ID` or `cusp reviews reject ID`; `cusp reviews` lists the ids", 2);
    const review = await edgeCall(at).json("POST", `${path}/${encodeURIComponent(id)}/${verdict}`, "");
    console.log(
      json ? plainJson({ ok: true, ...review }) : plain(`"${String(review.message)}" for ${String(review.person)} ${follows}`),
    );
    return;
  }
  const query = new URLSearchParams({ ...(!all && { state: "pending" }), ...(after !== undefined && { after }) });
  const { reviews: found = [], next } = (await edgeCall(at).json(
    "GET",
    `${path}${query.size ? `?${query}` : ""}`,
  )) as Partial<ReviewPage>;
  if (json) {
    console.log(plainJson({ ok: true, reviews: found, ...(next !== undefined && { next }) }));
    return;
  }
  for (const review of found) console.log(told(review, now()));
  if (!found.length) console.log("nothing waits for a review");
  if (next !== undefined) console.log(plain(`There is more: --after ${next}`));
}

function told({ id, state, person, journey, step, texts, reason, by, otherwise, who }: ReviewLine, nowMs: number): string {
  const left = `${ago(Number(by) - nowMs)} left, else ${otherwise === "send" ? "sent" : "not sent"}`;
  const how = state === "pending" ? left : who === undefined ? state : `${state} by ${who}`;
  const head = paint("bold", plain(`${id}  ${journey} › ${step} for ${person}`));
  const why = reason === undefined ? [] : [`    held: ${plain(reason)}`];
  return [`${head}  ${plain(how)}`, ...why, ...texts.map((text) => `    ${plain(text)}`)].join("\n");
}
