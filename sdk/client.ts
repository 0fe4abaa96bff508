import { redactUrl } from "../contract/redact.ts";
import type { Observed, Signal } from "../contract/signals.ts";
import { type Context, deviceOf, type Head, type Settings } from "../contract/wire.ts";
import { openBuffer } from "./buffer.ts";
import { type ConsentState, consentOf } from "./consent.ts";
import { contextNow, hasTouch, whenIdle } from "./context.ts";
import type { Cusp, Events, Options } from "./cusp.ts";
import { encode, type Flush, openDelivery } from "./delivery.ts";
import { attempt, openLife, quietly } from "./guard.ts";
import { type Change, continued, isSampled, randomId, sessionEndsAfterMs, type Wish } from "./identity.ts";
import { observeLifecycle } from "./page-lifecycle.ts";
import type { Late, Parts } from "./parts.ts";
import type { Scorer } from "./scoring.ts";
import type { SiteSettings } from "./settings.ts";
import type { Observe, Why } from "./signals/page.ts";
import { type Watched, watchPage } from "./signals/watch.ts";
import { openStore } from "./store.ts";
import { openTransport } from "./transport.ts";
import { openVisitor } from "./visitor.ts";

/** While consent is pending, or the scorer has not come; the view of the present page is held beside them. */
const heldSignals = 200;
const activeEveryMs = 60_000;
const withdrawEveryMs = 10_000;
/** No activity of the visitor: these belong to the session they end, and begin none. */
const passive = /^(page_view|dwell|idle|comparison|element_seen|video_unplayed|web_vitals)$/;

/** Sorts by time, as `contract/features.ts` needs. */
const pageId = (): string => Math.floor((Date.now() + Math.random()) * 36).toString(36);

/** The only place where the parts meet. */
export function openClient(options: Options, { signals, loadLate }: Parts, stopped?: () => void): Cusp {
  const { site, edge, consent: wanted = "pending" } = options;
  const listeners = new Set<{ to: keyof Events; listener: (detail: never) => void }>();
  const tell = <K extends keyof Events>(event: K, detail: Events[K]) => {
    for (const { to, listener } of listeners) if (to === event) attempt(() => listener(detail as never));
  };

  let state: ConsentState | undefined;
  let known: Context = {};
  let settings: Settings | undefined;
  let late: Late | undefined;
  let lateSignals: readonly Observe[] | undefined;
  let score: Scorer | undefined;
  let asking: SiteSettings | undefined;
  let unscored: Signal[] = [];
  /** What the page told us before the part that understands it had come. */
  let untold: ((late: Late) => void)[] = [];
  let isLoading = false;
  let page: Watched | undefined;
  let path = "";
  let url = "";
  let id = "";
  let activeAtMs = Date.now();
  let owed = false;
  let isLeaving = false;
  let left: string | undefined;
  let sent: Flush | undefined;
  /** Of the latest change. */
  let wish: Wish = {};

  const life = openLife();
  const store = openStore();
  const transport = openTransport(edge);
  const { me, head, name, remember, become, visit, product, wipe, userId } = openVisitor(site, store);
  const buffer = openBuffer(store, life.later);
  const open = (of?: Head) => buffer.open({ ...contextNow(), ...known }, of);
  let current = open();
  const adopt = async () => late?.adopt(store, buffer.streams, head, isOff);
  const { nudge, hurry, flush, retry } = openDelivery(buffer, transport, life.later, {
    report(event) {
      sent = event;
      tell("flush", event);
    },
    passOf: ({ visitor }) => (visitor === me()?.visitor ? me()?.pass : undefined),
    accepted({ visitor }, answer) {
      const { pass } = answer;
      const isMine = visitor === me()?.visitor;
      if (isMine && pass !== me()?.pass) void remember(() => ({ pass }));
      asking?.heardOf(answer, isMine);
    },
    overcome: (...refused) => late?.overcome(...refused),
    replace(stream, signals) {
      const isCurrent = stream === current;
      if (!isCurrent && !signals.length) return;
      const next = open({ ...(stream.head as Head), stream: randomId() });
      if (isCurrent) current = next;
      for (const signal of signals) next.signals.push({ ...signal, n: ++next.n });
      buffer.renew(next);
    },
    adopt,
  });

  /** Denied, or one of the visitors that the site does not want watched. */
  const isOff = () => state === "denied" || !isSampled(me()?.visitor ?? "0", settings?.sample);

  const adapt = (next?: Settings) => {
    settings = next;
    if (!isOff()) return;
    endVisit();
    buffer.clear();
    current = open(head());
  };
  const arrived = (fetched: Settings) => {
    if (state !== "granted") return;
    void remember(() => ({ settings: fetched }));
    adapt(fetched);
    tell("settings", fetched);
  };
  const ask = () => {
    if (state === "granted") asking?.startFrom(isOff() ? undefined : me()?.settings);
  };

  const goOn = (anew?: boolean): Change => {
    wish = { user: userId(), anew };
    return continued(Date.now(), wish);
  };
  /** Gives the current stream its head: at once when it is known who the visitor is, or else once storage has said. */
  const establish = (change: Change, isKnown?: boolean): unknown => {
    const stream = current;
    stream.id = randomId();
    // Consent may be withdrawn meanwhile, and who has been told of to the edge is not taken back.
    const isWanted = () => buffer.streams.includes(stream) && !(stream.head && sent);
    return become(change, isKnown, isWanted, () => {
      if (stream.head?.visitor === me()?.visitor) return;
      stream.head = head(stream.id);
      buffer.renew(stream);
      if (owed) sendNow();
      else nudge();
    });
  };
  const sendNow = () => {
    owed = !current.head;
    flush("urgent");
    buffer.write();
  };

  const held = (all: Signal[]) =>
    all.filter((signal, i) => i >= all.length - heldSignals || (signal.page === id && signal.kind === "page_view"));

  /** Another session's moments, or nobody's. */
  const rescore = () => {
    unscored = [];
    score = late?.openScoring(me);
  };
  /** Scores what has not been yet, if the scorer is here, and sends at once what the site acts on. */
  const weigh = (said?: Signal): void => {
    const { risen = [], urgent } = attempt(() => score?.(unscored, settings)) ?? {};
    unscored = score ? [] : held(unscored);
    if ((urgent || (said && attempt(() => settings?.urgent.signals.includes(said.kind)))) && !isLeaving) sendNow();
    else if (said && current.head) nudge();
    // The page's own listeners come last: however slow they are, nothing waits for them.
    if (said) tell("signal", said);
    for (const moment of risen) tell("moment", moment);
  };
  /** When it fails, only time and the site's urgent signals make a flush, and the next page view tries again. */
  const load = (isAwaited?: boolean) => {
    const task = () => {
      if (isLoading || state !== "granted" || (document.hidden && !isAwaited)) return;
      isLoading = true;
      quietly(
        loadLate(edge).then(
          (came) => {
            late = came;
            score = came.openScoring(me);
            weigh();
            known = came.contextLater();
            current.context = { ...current.context, ...known };
            lateSignals = came.signalsOf?.(edge);
            page?.join(lateSignals);
            catchUp();
            asking = came.openSettings(edge, site, arrived, tell);
            ask();
            adopt().then(nudge, nudge);
          },
          () => {
            isLoading = false;
          },
        ),
      );
    };
    if (isAwaited) task();
    else whenIdle(task);
  };

  const isExpired = () => Date.now() - activeAtMs >= sessionEndsAfterMs;

  const emit = (observed: Observed, at = Date.now(), on?: string) => {
    const { kind } = observed;
    if (isOff() || attempt(() => settings?.off?.includes(kind))) return;
    if (!isLeaving && !passive.test(kind)) {
      if (isExpired()) view();
      activeAtMs = Date.now();
    }
    const signal = { n: ++current.n, at, page: on ?? id, ...observed } as Signal;
    current.signals.push(signal);
    unscored.push(signal);
    buffer.renew(current);
    if (state === "pending") current.signals = held(current.signals);
    weigh(signal);
    const identity = me();
    if (identity && activeAtMs - identity.active_at > activeEveryMs) void remember(() => ({ active_at: activeAtMs }));
    const shown = signal.kind === "view_item" && signal.items?.[0]?.id;
    if (!shown || !page) return;
    page.product = shown;
    product(url, shown);
  };

  /** There is nothing to tell it of before there is a page. */
  const catchUp = () => {
    if (late && page) for (const task of untold.splice(0)) attempt(() => task(late as Late));
  };
  const withLate = (task: (parts: Late) => void) => {
    if (isOff()) return;
    if (page && isExpired()) view();
    untold = [...untold, task].slice(-heldSignals);
    catchUp();
    load(true);
  };

  /** Says what is left to say: all of it goes in one request, and none of it is a visitor's return. */
  const settle = (why: Why) => {
    isLeaving = true;
    page?.settle(why);
    isLeaving = false;
  };
  const endPage = () => {
    settle("gone");
    page?.end();
    page = undefined;
  };
  const endVisit = () => {
    endPage();
    rescore();
  };

  /** @param change who the visitor is from here on, when that is somebody else or a later session */
  const view = (change?: Change) => {
    const isLate = isExpired();
    path = location.pathname;
    url = redactUrl(location.origin + path);
    if (state === "denied" || (isOff() && !change)) return;
    endPage();
    if (change || isLate) {
      untold = [];
      if (state === "pending") buffer.clear();
      current = open();
      rescore();
      if (state === "granted") void establish(change ?? goOn(), !!change);
    }
    if (isOff()) return;
    activeAtMs = Date.now();
    hurry();
    id = pageId();
    const device = deviceOf(screen.width, screen.height, hasTouch());
    page = watchPage(signals, { ...visit(url), device, options, emit, rules: () => settings?.pages });
    page.join(lateSignals);
    catchUp();
    load();
  };
  /** Somebody else: nothing of the one before is told of them. */
  const change = () => {
    if (me()) return view(goOn(true));
    const had = page;
    endVisit();
    wish.anew = true;
    wish.user = undefined;
    untold = [];
    current.signals = [];
    current.n = 0;
    if (had) view();
  };

  const grant = async () => {
    await establish(continued(Date.now(), wish));
    if (state !== "granted" || !me()) return;
    adapt(me()?.settings);
    if (!page) view();
    load(); // also for who is not watched: the site may want it otherwise by now
    ask();
  };

  const withdraw = (body: string) =>
    transport.post(body, body.length, true).then(({ status }) => {
      if (!status || status === 429 || status >= 500) life.later(withdrawEveryMs, () => void withdraw(body));
    });
  /** @param heard another tab tells the edge */
  const deny = async (heard?: unknown) => {
    state = "denied";
    if (!heard) attempt(() => tabs?.postMessage(0));
    endVisit();
    buffer.streams.length = untold.length = 0;
    wish = {};
    const was = await wipe();
    if (was && !heard) await withdraw(encode({ ...head(undefined, was), pass: was.pass, consent: "denied", signals: [] }));
  };

  const consent = (wished: ConsentState) => {
    const next = consentOf(wished);
    if (next === state || (state && next === "pending")) return;
    if (state === "denied") current = open();
    state = next;
    if (next === "pending") view();
    else quietly(next === "denied" ? deny() : grant());
  };

  const leave = (why: Why) => {
    if (!page && state) view(); // storage has not yet said whose it is: another document will know
    settle(why);
    flush("leaving");
    buffer.write();
    left = id;
  };

  const back = () => {
    if (isExpired()) view();
    else load();
  };
  /** Asks for the pages seen since; a page left for long may have begun anew by itself. */
  const restored = () =>
    quietly(
      remember((had) => had).then(() => {
        if (id === left) view();
      }),
    );
  const moved = () => {
    if (location.pathname !== path) view();
  };

  const tabs = attempt(() => new BroadcastChannel("cusp"));
  const begin = () => {
    observeLifecycle(life, { leave, back, view: restored, moved });
    life.listen(window, "online", retry);
    if (tabs) life.listen(tabs, "message", (denied) => state === "granted" && quietly(deny(denied)));
    consent(wanted);
  };
  // A page fetched ahead of its visitor is no page view.
  if ((document as { prerendering?: boolean }).prerendering) life.listen(document, "prerenderingchange", begin);
  else begin();

  return {
    identify(id, proof) {
      const { token, traits } = proof ?? {};
      const was = me()?.user ?? userId();
      if (name({ id, token: token || undefined })) {
        if (was && was !== id) change();
        else if (me()) {
          current = open();
          void establish(goOn(), true);
        }
        wish.user = id; // before it is known who the visitor is, the first head will carry the user
      }
      if (!traits) return;
      withLate(({ redactProperties }) => {
        emit({ kind: "identify", traits: redactProperties(traits) });
      });
    },
    track(name, properties) {
      const at = Date.now();
      const on = page ? id : undefined;
      withLate(({ commerceOf }) => {
        const observed = commerceOf(name, properties, options);
        if (observed) emit(observed, on ? at : undefined, on);
      });
    },
    page: () => state && view(),
    consent,
    on(to, listener) {
      const entry = { to, listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    flush: () => flush(),
    reset() {
      name();
      change();
    },
    stop() {
      leave("gone");
      state = "denied"; // history.pushState may have been wrapped again by another: ours stays, and does nothing
      endVisit();
      life.end();
      stopped?.();
    },
  };
}
