import { attempt } from "../guard.ts";
import { type Given, shopping } from "./commerce.ts";
import type { Page, Why } from "./page.ts";

/** Tag managers forget older entries too. */
const maxEntries = 300;

type Tell = (entry: object) => void;

/** Of entries and arrays, not of a page view or a client: what has been told once is told, whoever asks. */
const told = new WeakSet<object>();
const layers = new WeakMap<unknown[], { tell?: Tell | undefined }>();

/** As tag managers are told, `{ event, ecommerce }`, or as `gtag("event", name, parameters)` leaves its arguments. */
function wordsOf(entry: Given): [name: unknown, given: unknown] {
  if (entry[0] === "event") return [entry[1], entry[2]];
  const { event } = entry;
  const ecommerce = entry.ecommerce as Given | null | undefined;
  if (!ecommerce) return [event, entry];
  // Universal Analytics' words, `ecommerce.purchase` and the like, mean something else.
  return ecommerce.items || ecommerce.transaction_id ? [event, ecommerce] : [undefined, undefined];
}

const hear = (entry: unknown, tell: Tell | undefined) =>
  attempt(() => {
    if (!tell || typeof entry !== "object" || entry === null) return;
    told.add(entry);
    tell(entry);
  });

/** Others wrap `push` too, before us or after: we always call through, and what passes us by is read as the page settles. */
function listenTo(layer: unknown[], tell: Tell): void {
  const had = layers.get(layer);
  const ear = had ?? {};
  ear.tell = tell;
  if (had) return;
  layers.set(layer, ear);
  const { push } = layer;
  attempt(() => {
    layer.push = function (this: unknown[], ...entries: unknown[]) {
      for (const entry of entries) hear(entry, ear.tell);
      return Reflect.apply(push, this, entries);
    };
  });
}

/** The site's shop as it tells its tag manager; nothing else that passes there. */
export function observeDataLayer({ options, emit }: Page): (why: Why) => void {
  const tell: Tell = (entry) => {
    const [name, given] = wordsOf(entry as Given);
    const observed = shopping(name, Object(given) as Given, options);
    if (observed) emit(observed);
  };
  const read = (why?: Why) => {
    const layer = (window as { dataLayer?: unknown }).dataLayer;
    if (!Array.isArray(layer)) return;
    listenTo(layer, tell);
    for (const entry of layer.slice(-maxEntries)) if (!told.has(entry)) hear(entry, tell);
    if (why === "gone") (layers.get(layer) as { tell?: Tell | undefined }).tell = undefined;
  };
  attempt(read);
  return read;
}
