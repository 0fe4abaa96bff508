import { momentKinds } from "../contract/evidence.ts";
import { factsOf } from "../contract/facts.ts";
import { emptyFeatures, type Features, fold } from "../contract/features.ts";
import { defaultBands, type Moment, type Scoring } from "../contract/moment-life.ts";
import { pageMatcher } from "../contract/pages.ts";
import type { Signal } from "../contract/signals.ts";
import type { Settings } from "../contract/wire.ts";
import { element } from "./element.ts";
import type { Heard } from "./heard.ts";
import { clockControls } from "./panel/clock-controls.ts";
import { deliveries } from "./panel/deliveries.ts";
import { flushLine } from "./panel/flush-line.ts";
import { frame } from "./panel/frame.ts";
import { openMeter } from "./panel/meter.ts";
import { presence } from "./panel/presence.ts";
import { buildsUp, read } from "./panel/reading.ts";
import { shopperLine } from "./panel/shopper.ts";
import { signalRow } from "./panel/signal-row.ts";
import { stage } from "./panel/stage.ts";
import { timeline } from "./panel/timeline.ts";
import { type Arrival, plainName } from "./webhook.ts";

const shownSignals = 40;

async function siteScoring(): Promise<Scoring> {
  try {
    const reply = await fetch("/v1/sites/pk_demo");
    if (reply.ok) {
      const { pages, bands, weights, average_order: averageOrder } = (await reply.json()) as Settings;
      return { pageOf: pageMatcher(pages), bands, weights, averageOrder };
    }
  } catch {
    // the edge is away: the meters work with the defaults that the library itself starts with
  }
  return { pageOf: pageMatcher(), bands: defaultBands };
}

function keptFeatures(): Features {
  const kept = sessionStorage.getItem("demo-features");
  return kept ? (JSON.parse(kept) as Features) : emptyFeatures(1);
}

const scoring = await siteScoring();
let features = keptFeatures();
const here = presence();
const signals = element("ol", { class: "signals" });
const webhooks = element("ol", { class: "webhooks" });
const flushes = flushLine();
const meters = momentKinds.map((kind) => ({ kind, ...openMeter(kind, scoring.bands) }));
const delivered = deliveries(webhooks);
const decided = timeline();
const clock = clockControls(startOver);
const around = stage();
const panel = frame({
  clock: clock.root,
  stage: around.root,
  shopper: shopperLine(begunAnew),
  meters: meters.map(({ root }) => root),
  timeline: decided.root,
  webhooks,
  flush: flushes.root,
  signals,
});
document.body.append(panel.root);

let page = "";
let shownAtMs = 0;

/** Somebody else: what was seen of the one before is no longer on show. */
function begunAnew(): void {
  features = emptyFeatures(1);
}

async function startOver(): Promise<void> {
  cusp("reset");
  shopper.forget();
  delivered.forget();
  await around.reset();
  sessionStorage.clear();
  await fetch("/inbox/messages", { method: "DELETE" });
  await cuspClock.setRate(1);
  location.reload();
}

function hearSignal(signal: Signal): void {
  fold(features, signal, "panel");
  sessionStorage.setItem("demo-features", JSON.stringify(features));
  here.hear(signal);
  if (signal.kind === "page_view") {
    page = signal.page;
    shownAtMs = signal.at;
    for (const meter of meters) meter.begin();
  }
  signals.prepend(signalRow(signal, signal.at - shownAtMs));
  while (signals.childElementCount > shownSignals) signals.lastElementChild?.remove();
}

function hearMoment(moment: Moment, realAtMs: number): void {
  delivered.caught(moment, realAtMs);
  if (moment.page === page) meters.find(({ kind }) => kind === moment.kind)?.catch(moment);
}

function hear(heard: Heard): void {
  if (heard.what === "signal") hearSignal(heard.value);
  else if (heard.what === "moment") hearMoment(heard.value, heard.realAtMs);
  else {
    flushes.show(heard.value, heard.realAtMs);
    decided.soon();
  }
}

function draw(): void {
  clock.tick();
  around.tick();
  if (panel.isOpen()) decided.tick();
  const facts = factsOf(features, page, scoring.pageOf, features.lastAtMs, scoring.averageOrder);
  if (facts) {
    const live = here.now();
    const readings = meters.map((meter) => {
      const reading = read(meter.kind, facts, live, scoring.weights);
      meter.show(reading);
      meter.root.hidden = !buildsUp(meter.kind) && !reading.open && !meter.root.dataset.caught;
      return { kind: meter.kind, ...reading };
    });
    const top = readings.reduce((a, b) => (b.score > a.score ? b : a));
    panel.peek(top.score ? `${plainName(top.kind)} ${top.score.toFixed(1)}${top.open ? "" : ", building"}` : "listening");
  }
  requestAnimationFrame(draw);
}

for (const heard of cuspHeard.past.splice(0)) hear(heard);
cuspHeard.tell = hear;
draw();

// Webhooks of moments caught while leaving the page before this one arrive while no page listens.
const events = new EventSource("/inbox/events");
const arrive = (event: MessageEvent<string>) => delivered.arrived(JSON.parse(event.data) as Arrival);
events.addEventListener("message", arrive);
events.addEventListener("open", () => {
  void fetch("/inbox/messages")
    .then((reply) => reply.json() as Promise<Arrival[]>)
    .then((past) => {
      for (const arrival of past.slice(0, 10).reverse()) delivered.arrived(arrival);
    })
    .catch(() => undefined); // the inbox is away: what arrives from now on is still heard
});
