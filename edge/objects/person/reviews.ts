import { saidIn } from "../../content/voice.ts";
import type { Env } from "../../env.ts";
import { armsFor } from "../../journey/arms.ts";
import { judge, judgeMessage, noteAsked, noteAskedMessage, noteTexts, unasked, unaskedMessages } from "../../journey/asked.ts";
import type { Verdict } from "../../journey/review.ts";
import type { Run } from "../../journey/run.ts";
import type { MessageSend } from "../../outbox/message-send.ts";
import { runOfVisitor } from "../../profile/merge.ts";
import type { Profile } from "../../profile/state.ts";
import type { Step } from "../../site/compile-journeys.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { Reviewed } from "../person.ts";
import type { ReviewAsked } from "../site/reviews.ts";
import type { PersonCore } from "./core.ts";
import { forgetReviews, siteOf } from "./forget-reviews.ts";
import { contentForReview } from "./messages.ts";

/** What a step would say now, for whoever reviews it; less than that where the texts lack something yet. */
function textsOf(config: SiteConfig, profile: Profile, run: Run, step: Step, nowMs: number): string[] {
  const message = armsFor(config, profile, run).message(step.message);
  const [channel] = step.channels;
  if (!message || !channel) return [];
  const content = contentForReview(config, profile, { run, message, name: step.message, channel }, nowMs);
  if ("missing" in content) return [message.subject ?? "", `not written yet: ${content.missing}`].filter((text) => text);
  return saidIn(content);
}

/** Tells the site what waits for a reviewer, again and again until the site has taken note. */
export function personReviews(core: PersonCore, { ctx, env, now }: { ctx: DurableObjectState; env: Env; now: () => number }) {
  async function tell(asker: Profile, all: readonly ReviewAsked[]): Promise<void> {
    const fromMs = now();
    const refused = await siteOf(env, asker.site)
      .askReviews(ctx.id.toString(), [...all])
      .catch(() => undefined); // asked again when the run next looks for a verdict
    // Withdrawn meanwhile: the site may have taken note after it was told to forget.
    if (core.row().withdrawnUntilMs() > 0 || (core.row().profile()?.withdrawnAtMs ?? 0) >= fromMs)
      await forgetReviews(env, asker, ctx.id.toString(), fromMs);
    const profile = core.row().profile();
    if (!refused || !profile) return; // of whoever went to a user it is asked again there
    core.whole(() => {
      for (const { message_id: id } of all) {
        const seq = id === undefined ? undefined : core.seqOf(profile, id);
        if (id === undefined || seq === undefined) continue;
        noteAskedMessage(profile, seq, refused.includes(id));
        if (refused.includes(id)) core.box().release(id, seq, now()); // its next attempt says so
      }
      const steps = all.filter(({ message_id }) => message_id === undefined);
      core.tell(profile, noteAsked(profile, steps, refused, now()));
      core.keep(profile, []);
      core.arm();
    });
  }

  /** As it would leave, word for word. */
  const heldMessages = (profile: Profile): ReviewAsked[] =>
    unaskedMessages(profile).flatMap(({ run, handed }): ReviewAsked[] => {
      const row = core
        .box()
        .pending()
        .find(({ seq }) => seq === handed.seq);
      if (!row) return [];
      const { content, send, message_id } = (JSON.parse(row.body) as MessageSend).data;
      const { id, trigger, journey } = run;
      return [
        {
          ...{ person: profile.person, run: id, trigger, journey, step: handed.step, message: content.template, message_id },
          ...{ channels: [send.channel], texts: saidIn(content), reason: handed.review?.why ?? "" },
          ...{ asked_at: now(), by: row.expires_at, otherwise: "drop" },
        },
      ];
    });

  function ask(config: SiteConfig): void {
    const profile = core.row().profile();
    if (!profile) return; // withdrawn, or moved, meanwhile
    const steps = unasked(config, profile, now()).map(({ run, step, byMs }): ReviewAsked => {
      const { id, trigger, journey } = run;
      return {
        ...{ person: profile.person, run: id, trigger, journey, step: step.id, message: step.message },
        ...{ channels: step.channels, texts: textsOf(config, profile, run, step, now()), asked_at: now(), by: byMs },
        otherwise: step.review?.else ?? "drop",
      };
    });
    const all = [...steps, ...heldMessages(profile)];
    if (!all.length) return;
    noteTexts(profile, all);
    ctx.waitUntil(tell({ ...profile }, all).catch(() => undefined));
  }

  /**
   * What a reviewer said, noted.
   * @param visitor whose run it was when the review was asked for
   */
  function heard(
    config: SiteConfig,
    profile: Profile,
    { run: of, step, message_id: id, verdict }: Reviewed,
    visitor: string | undefined,
  ): "noted" | "over" | Verdict {
    const seq = id === undefined ? undefined : core.seqOf(profile, id);
    const run = runOfVisitor(profile.runs, of, visitor);
    // Whatever the verdict, the next attempt finds out what it means.
    if (id !== undefined && (seq === undefined || !core.box().release(id, seq, now()))) return "over";
    const judged =
      seq === undefined
        ? judge(config, profile, { run, step, verdict }, now())
        : judgeMessage(config, profile, seq, verdict, now());
    if (judged !== "noted") return judged;
    const text = `a reviewer ${verdict} ${seq === undefined ? `step ${step}` : "what it says"}`;
    core.tell(profile, [{ atMs: now(), what: "reviewed", step, text, ...(seq !== undefined && { seq }) }]);
    return judged;
  }

  return { ask, heard };
}
