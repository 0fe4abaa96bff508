import type { Explained } from "../../contract/evidence.ts";
import type { MomentKind } from "../../contract/moments.ts";
import { follow, nextDueMs } from "../../edge/journey/follow.ts";
import type { Line } from "../../edge/journey/run.ts";
import type { OptIn } from "../../edge/profile/reach.ts";
import { newProfile, type Profile, type Risen, settleWatches, takeBatch } from "../../edge/profile/state.ts";
import type { SiteConfig } from "../../edge/site/site-config.ts";
import type { Received } from "./week/sample-week.ts";

/** What became of one person's week under one site file. */
export interface Story {
  /** Highest score by session and kind. */
  scores: Map<string, Map<MomentKind, number>>;
  /** What was sent, what was not and why, with the session it began in. */
  lines: (Line & { session: string })[];
}

/** Time alone opens nothing sooner: a page that was left must stay so for 10 s, and its next one has 3 s to arrive. */
const soonMs = 12_000;
/** Journeys end by themselves; one that does not is left after so long. */
const afterwardsMs = 30 * 86_400_000;
const maxWakes = 1000;

/** Somebody whom the site's server vouches for, and who let it write to them by every channel: what stops a message is the file. */
function reachable(site: string, person: string, atMs: number): Profile {
  const optIn: OptIn = { status: "granted", atMs, source: "rehearsal" };
  const reach = {
    email: { address: "somebody@rehearsal.invalid", by: "known", optIn },
    sms: { address: "+447700900000", by: "known", optIn },
    push: { by: "known", optIn },
  } as const;
  return { ...newProfile(site, person, atMs), user: person, reach };
}

/** Takes a person's batches as the edge does, one after the other, with a clock that jumps to whatever is due next. */
export function rehearse(config: SiteConfig, received: readonly Received[], person: string): Story {
  const startMs = received[0]?.receivedAtMs ?? 0;
  const profile = reachable(config.file.site, person, startMs);
  const story: Story = { scores: new Map(), lines: [] };
  for (const [i, { receivedAtMs, batch }] of received.entries()) {
    settleUntil(config, profile, story, receivedAtMs);
    const nextMs = received[i + 1]?.receivedAtMs ?? Infinity;
    // What would be watched now is taken back by the next batch: the costliest part of a batch is left out.
    const awaited = nextMs - receivedAtMs < soonMs ? [] : config.awaited;
    const taken = takeBatch(profile, batch, receivedAtMs, { scoring: config.scoring, file: config.file, awaited });
    if (!taken.ok) continue;
    note(story, profile, batch.session.id);
    act(config, profile, story, taken.risen, receivedAtMs);
  }
  settleUntil(config, profile, story, (received.at(-1)?.receivedAtMs ?? 0) + afterwardsMs);
  return story;
}

function settleUntil(config: SiteConfig, profile: Profile, story: Story, untilMs: number): void {
  for (let wakes = 0; wakes < maxWakes; wakes++) {
    const dueMs = Math.min(nextDueMs(profile), ...profile.watches.map(({ dueAtMs }) => dueAtMs));
    if (dueMs > untilMs) return;
    const risen = settleWatches(profile, dueMs, config.scoring);
    for (const session of new Set(risen.map((one) => one.session))) note(story, profile, session);
    act(config, profile, story, risen, dueMs);
  }
}

function note({ scores }: Story, { sessions }: Profile, session: string): void {
  const best = scores.get(session) ?? new Map<MomentKind, number>();
  scores.set(session, best);
  const moments = sessions[session]?.moments ?? {};
  for (const id in moments) {
    const { kind, score } = moments[id] as Explained;
    if (score > (best.get(kind) ?? 0)) best.set(kind, score);
  }
}

/** What follows, and in which session it began: a run that is over may be gone already. */
function act(config: SiteConfig, profile: Profile, { lines }: Story, risen: readonly Risen[], nowMs: number): void {
  const before = profile.runs;
  for (const line of follow(config, profile, risen, nowMs).lines) {
    const run = [...profile.runs, ...before].find(({ id }) => id === line.run);
    lines.push({ ...line, session: run?.session ?? risen[0]?.session ?? "" });
  }
}
