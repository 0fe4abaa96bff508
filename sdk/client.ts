import { redactUrl } from "../contract/redact.ts";
import type { Observed, Signal } from "../contract/signals.ts";
import { type Context, deviceOf, type Head, type Settings } from "../contract/wire.ts";
import { openBuffer } from "./buffer.ts";
import { type ConsentState, consentOf } from "./consent.ts";
import { contextLater, contextNow, hasTouch, whenIdle } from "./context.ts";
import type { Cusp, Events, Options } from "./cusp.ts";
import { encode, openDelivery } from "./delivery.ts";
import { attempt, openLife, quietly } from "./guard.ts";
import { type Change, continued, type Identity, randomId, revisit, sessionEndsAfterMs } from "./identity.ts";
import { observeLifecycle } from "./page-lifecycle.ts";
import type { LoadScoring, Scorer } from "./scoring.ts";
import { fetchSettings } from "./settings.ts";
import type { Page } from "./signals/page.ts";
import { watchPage } from "./signals/watch.ts";
import { openStore, storeName } from "./store.ts";
import { openTransport } from "./transport.ts";

/** While consent is pending, or the scorer has not come; the view of the present page is held beside them. */
const heldSignals = 200;
const activeEveryMs = 60_000;
const identityKey = "me";
/** No activity of the visitor: these belong to the session they end, and begin none. */
const passive = ["page_view", "dwell", "form_abandon"];

/** Sorts by time, as `contract/features.ts` needs. */
const pageId = (): string => `p${Date.now().toString(36)}${randomId().slice(0, 4)}`;

/** The only place where the parts meet. */
export function openClient(
  { site, edge, consent: wanted = "pending" }: Options,
  loadScoring: LoadScoring,
  stopped?: () => void,
): Cusp {
  const listeners = new Set<{ to: keyof Events; listener: (detail: never) => void }>();
  const tell = <K extends keyof Events>(event: K, detail: Events[K]) => {
    for (const { to, listener } of listeners) if (to === event) attempt(() => listener(detail as never));
  };

  let state: ConsentState | undefined;
  let me: Identity | undefined;
  let user: Head["user"];
  let late: Context = {};
  let settings: Settings | undefined;
  let openScorer: (() => Scorer) | undefined;
  let score: Scorer | undefined;
  let unscored: Signal[] = [];
  let isLoading = false;
  let page: Page | undefined;
  let id = "";
  let activeAtMs = Date.now();
  let owed = false;
  let isLeaving = false;

  const life = openLife();
  const store = openStore();
  const transport = openTransport(edge);
  const buffer = openBuffer(store, life.later);
  const open = (head?: Head) => buffer.open({ ...contextNow(), ...late }, head && { ...head, stream: randomId() });
  let current = open();
  const { nudge, hurry, flush, retry } = openDelivery(buffer, transport, life.later, {
    report: (event) => tell("flush", event),
    passOf: ({ visitor }) => (visitor === me?.visitor ? me.pass : undefined),
    accepted({ visitor }, pass) {
      if (visitor === me?.visitor && pass !== me.pass) remember({ pass });
    },
    replace(stream, signals) {
      const isCurrent = stream === current;
      if (!isCurrent && !signals.length) return;
      const next = open(stream.head);
      if (isCurrent) current = next;
      for (const signal of signals) next.signals.push({ ...signal, n: ++next.n });
      buffer.touch(next);
    },
  });

  const headOf = ({ visitor, session }: Identity): Head => ({
    site,
    visitor,
    stream: randomId(),
    session,
    ...(user && { user }),
  });

  const remember = (changes: Partial<Identity>) => {
    if (!me) return;
    const { visitor } = me;
    me = { ...me, ...changes };
    quietly(store.update<Identity>(identityKey, (had) => (had?.visitor === visitor ? { ...had, ...changes } : had)));
  };

  /** Gives the current stream its head: at once when it is known who the visitor is, or else once storage has said. */
  const establish = (change: Change, isKnown?: boolean): Promise<void> => {
    const stream = current;
    const settle = (identity = change(me)) => {
      if (!buffer.streams.includes(stream)) return; // consent was withdrawn meanwhile
      me = identity;
      if (stream.head) return;
      stream.head = headOf(me);
      buffer.touch(stream);
      if (owed) sendNow();
      else nudge();
    };
    if (isKnown) settle();
    return store.update<Identity>(identityKey, change).then(settle, () => settle());
  };
  const sendNow = () => {
    owed = !current.head;
    flush("urgent");
    buffer.write();
  };

  const held = (signals: Signal[]) =>
    signals.filter(({ kind, page }, i, { length }) => i >= length - heldSignals || (page === id && kind === "page_view"));

  /** Another session's moments, or nobody's. */
  const rescore = () => {
    unscored = [];
    score = openScorer?.();
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
  const loadScorer = () =>
    whenIdle(() => {
      if (isLoading || state !== "granted" || document.hidden) return;
      isLoading = true;
      loadScoring(edge).then(
        ({ openScoring }) => {
          openScorer = openScoring;
          score = openScoring();
          weigh();
        },
        () => {
          isLoading = false;
        },
      );
    });

  const isExpired = () => Date.now() - activeAtMs >= sessionEndsAfterMs;

  const emit = (observed: Observed) => {
    if (state === "denied") return;
    if (!passive.includes(observed.kind) && isExpired()) view();
    const at = Date.now();
    const signal = { n: ++current.n, at, page: id, ...observed } as Signal;
    current.signals.push(signal);
    activeAtMs = at;
    unscored.push(signal);
    buffer.touch(current);
    if (state === "pending") current.signals = held(current.signals);
    weigh(signal);
    if (me && at - me.active_at > activeEveryMs) remember({ active_at: at });
  };

  const endPage = () => {
    page?.settle("gone");
    page?.end();
    page = undefined;
  };

  const noteVisit = (): boolean => {
    const { again, seen } = revisit(me?.seen, redactUrl(location.origin + location.pathname), Date.now());
    remember({ seen });
    return again;
  };

  /** @param change who the visitor is from here on, when that is somebody else or a later session */
  const view = (change?: Change) => {
    if (state === "denied") return;
    endPage();
    if (change || isExpired()) {
      current = open();
      rescore();
      if (state === "granted") void establish(change ?? continued(Date.now(), user?.id), !!change);
    }
    activeAtMs = Date.now();
    hurry();
    id = pageId();
    page = watchPage(deviceOf(screen.width, screen.height, hasTouch()), noteVisit(), emit);
    loadScorer();
  };

  const grant = async () => {
    await establish(continued(Date.now(), user?.id));
    if (state !== "granted" || !me) return;
    settings = me.settings;
    if (page) {
      noteVisit();
      loadScorer();
    } else view();
    buffer.adopt().then(nudge, nudge);
    whenIdle(() => {
      late = contextLater();
      current.context = { ...current.context, ...late };
      quietly(
        fetchSettings(edge, site).then((fetched) => {
          settings = fetched;
          remember({ settings });
          tell("settings", fetched);
        }),
      );
    });
  };

  const deny = async () => {
    endPage();
    rescore();
    buffer.streams.length = 0;
    let known = me;
    me = user = undefined;
    // An earlier visit may have left something; where there is nothing, not even an empty database is made.
    if (!known && !(await indexedDB.databases()).some(({ name }) => name === storeName)) return;
    known ??= await store.update<Identity>(identityKey, (had) => had);
    quietly(store.clear());
    if (!known) return;
    const body = encode({ ...headOf(known), pass: known.pass, consent: "denied", signals: [] });
    void transport.post(body, body.length, true);
  };

  const consent = (wished: ConsentState) => {
    const next = consentOf(wished);
    if (next === state || (state && next === "pending")) return;
    if (state === "denied") current = open();
    state = next;
    if (next === "pending") view();
    else quietly(next === "denied" ? deny() : grant());
  };

  const leave = (gone: boolean) => {
    isLeaving = true; // all that is gathered goes in the one request below
    page?.settle(gone ? "gone" : "hidden");
    isLeaving = false;
    flush("leaving");
    buffer.write();
  };

  const back = () => {
    if (isExpired()) view();
    else loadScorer();
  };

  const begin = () => {
    observeLifecycle(life, { leave, back, view });
    life.listen(window, "online", retry);
    consent(wanted);
  };
  // A page fetched ahead of its visitor is no page view.
  if ((document as { prerendering?: boolean }).prerendering) life.listen(document, "prerenderingchange", begin);
  else begin();

  return {
    identify(id, { token } = {}) {
      if (user?.id === id && user.token === token) return;
      user = { id, ...(token && { token }) };
      if (!me) return; // not known yet who the visitor is: the first head will carry the user
      const change = continued(Date.now(), id);
      if ((me.user ?? id) !== id) return view(change);
      current = open();
      void establish(change, true);
    },
    consent,
    on(to, listener) {
      const entry = { to, listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    flush,
    reset() {
      user = undefined;
      if (me) view(continued(Date.now(), user, true));
    },
    stop() {
      leave(true);
      state = "denied"; // history.pushState may have been wrapped again by another: ours stays, and does nothing
      endPage();
      rescore();
      life.end();
      stopped?.();
    },
  };
}
