import { siteFileJsonSchema } from "../edge/site/schema/json-schema.ts";
import { check } from "./check.ts";
import { type Command, command, flag, text, texts } from "./command.ts";
import { deliveries } from "./deliveries.ts";
import { explain } from "./explain.ts";
import { pushWithFeeds } from "./feeds/push-feeds.ts";
import { init } from "./init.ts";
import { preview } from "./preview/preview.ts";
import { key } from "./push.ts";
import { reviews } from "./reviews.ts";
import { reach, simulate } from "./simulate/simulate.ts";
import { switchTo } from "./switch.ts";
import { tail } from "./tail.ts";
import { timeline } from "./timeline.ts";
import { rollback, versions } from "./versions.ts";

const atEdge = {
  edge: text("URL", "the edge; else CUSP_EDGE says it"),
  env: text("NAME", "an environment: staging reads CUSP_EDGE_STAGING and CUSP_ADMIN_TOKEN_STAGING"),
};
const ofSite = { site: text("pk_…", "the key of the site"), ...atEdge };
const note = text("TEXT", "why, for whoever reads the list of versions");

/** In the order in which one meets them. */
export const commands: Record<string, Command> = {
  init: command(
    "[--recipe NAME]",
    "write a first site file",
    {
      recipe: text("NAME", "what it begins with, like cart; without a name that exists, all are listed"),
      site: text("pk_…", "the key of your site"),
      out: text("FILE", "where to write it; else cusp.yaml"),
    },
    (_, said) => init(said),
  ),
  check: command(
    "FILE",
    "explain every mistake, with its line and column",
    { strict: flag("warnings fail too") },
    ([file], said) => check(file, said),
  ),
  preview: command(
    "[FILE] [MESSAGE]",
    "show what messages say to sample people, on every channel, without sending anything",
    {
      person: text("NAME", "only this one: newcomer, gold, hostile, or a .json file"),
      channel: text("NAME", "only this one: onsite, email, sms, push, chat or team"),
      out: text("FOLDER", "where to write the pages; else cusp-preview"),
      png: text("FILE", "a picture of them too, taken by the Chromium or Chrome of this machine"),
    },
    (words, said) => preview(words, said),
  ),
  explain: command(
    "FILE",
    "say each trigger in one sentence, and how many sessions it meets",
    { "no-share": flag("without rehearsing the sample week") },
    ([file], said) => explain(file, said),
  ),
  simulate: command(
    "FILE [FILE2]",
    "rehearse a week: who would get what, and why not; with FILE2, what a change would change",
    {
      sessions: text("N", "visits of the sample week; else 100000"),
      batches: text("NDJSON", "recorded batches, one a line with received_at, instead of the sample week"),
      seed: text("N", "another sample week; else 1"),
    },
    ([file, other], said) => simulate(file, other, said),
  ),
  push: command(
    "[FILE]",
    "check, then make FILE the newest version at the edge; with --feed, data of its own age beside it",
    {
      feed: texts("FILE", "products.csv, stock.csv, reviews.csv or quotes.csv, or KIND=FILE; also .json and .ndjson"),
      at: text("INSTANT", "when the feeds were true, like 2026-11-23T06:00:00Z; else now"),
      site: text("pk_…", "whose feeds, where no FILE says it; else cusp.yaml does"),
      ...atEdge,
      "dry-run": flag("only say what would change and whom it would reach"),
      yes: text("N", "it may reach as many people of the sample week"),
      base: text("N", "the version that FILE was made from; else the newest"),
      codes: text("POOL=CSV", "add the codes of a file, one a line, to a pool of its offers first; more with commas between"),
      note,
    },
    ([file], said) => pushWithFeeds(file, said, reach),
  ),
  versions: command("", "list the versions at the edge, and what is switched off", ofSite, (_, said) => versions(said)),
  rollback: command(
    "--to N",
    "make an old version the newest",
    {
      to: text("N", "the version to bring back"),
      "dry-run": flag("only say what would change and whom it would reach"),
      note,
      ...ofSite,
    },
    (_, said) => rollback(said, reach),
  ),
  tail: command(
    "",
    "watch what happens at the edge",
    { for: text("TIME", "how long, like 30s; else until Ctrl-C"), ...ofSite },
    (_, said) => tail(said),
  ),
  timeline: command(
    "PERSON",
    "say why a person heard something or nothing: by user id, address or message id",
    { limit: text("N", "how many lines; else 50"), ...ofSite },
    ([id], said) => timeline(id, said),
  ),
  reviews: command(
    "[VERDICT ID]",
    "list the messages that wait until somebody has looked at them, the soonest due first; VERDICT is approve or reject",
    {
      all: flag("those that were decided too"),
      after: text("PLACE", "the page after this place, as the page before says it"),
      ...ofSite,
    },
    ([verdict, id], said) => reviews(verdict, id, said),
  ),
  deliveries: command(
    "[DO WHAT]",
    "list what was delivered and what was not; DO is list, show, replay, endpoints, test, enable, disable or release",
    {
      destination: text("NAME", "only those to this destination"),
      state: text("STATE", "only those: delivered, suppressed, failed, unknown, gone, again, expired, held, stopped"),
      person: text("ID", "only those to this person"),
      since: text("TIME", "only those of the last so long, like 2h"),
      before: text("CURSOR", "the ones before; a list that has more says it"),
      limit: text("N", "how many; else 50"),
      ...ofSite,
    },
    ([deed, what], said) => deliveries(deed, what, said),
  ),
  switch: command(
    "on|off",
    "switch a site or one of its triggers off or on, everywhere within 10 s",
    { trigger: text("NAME", "one trigger; else the whole site"), ...ofSite },
    ([state], said) => switchTo(state, said),
  ),
  key: command("", "ask the edge for a new site key", atEdge, (_, said) => key(said)),
  schema: command("", "print the site file's JSON Schema, for editors", {}, () =>
    console.log(JSON.stringify(siteFileJsonSchema(), null, 2)),
  ),
};
