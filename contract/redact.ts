import type { Item, Properties } from "./signals.ts";

/**
 * What of a URL, a name or a text may leave the page. Allow-list for parameters, masks for the rest; the edge applies the same
 * again, so every function here gives its own output back unchanged.
 */
const mask = "~";
const maxPathChars = 200;
const maxTextChars = 100;
const maxReadChars = 300;
const maxValueChars = 256;
const maxProperties = 20;
/** A whole number of nine digits may be a telephone's. */
const maxWhole = 1e8;

const kept = /^utm_(source|medium|campaign|content|term)=([\w.+-]|%20){1,64}$/;

/** What follows one of these in a path is somebody's secret. */
const secretAfter = /^(reset|password|verify|confirm|activate|invite|magic|unsubscribe|oauth|callback|sso|login|share|download)$/;

/** Small letters, and words one by one, as an expression takes the longer to compile the more it leaves open. */
const hasWord = (text: string, word: RegExp): boolean =>
  text
    .toLowerCase()
    .split(/[-_.]/)
    .some((part) => word.test(part));

/**
 * In this order: addresses, JSON Web Tokens, hexadecimal ids, payment cards however separated, IBANs, IP addresses, coordinates,
 * keys of well-known services, long runs that mix small letters, capitals and digits, and a UUID after a word for a secret.
 */
const secret =
  /@|%40|eyJ[\w-]+\.|[\da-fA-F]{24}|(\d[ .-]?){15}|\b[A-Z]{2}\d{2}( ?[A-Z\d]){11}|\b\d{1,3}(\.\d{1,3}){3}\b|([\da-fA-F]{0,4}:){3}|::[\da-fA-F]|\d\.\d{3,}, *-?\d+\.\d{3}|\b([sr]k|ghp|xox.)[-_](?=[\w-]*\d)\w{8}|\b(SG\.|AKIA)\w{8}|(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{20}|([Aa]uth|[Ii]nvite|[Kk]ey|[Pp]assword|[Rr]eset|[Ss]ecret|[Ss]ession|[Tt]oken|[Uu]ser)\W{0,3}[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-/;

/** Telephone numbers, customers, cards: shorter where people write, longer where products are counted. */
const inPath = /\d{9}|(\d[ .-]?){13}/;
const inValue = /(\d[ .()/+-]*){9}/;
const inText = new RegExp(`\\p{Nd}([ .,_()/+-]*\\p{Nd}){6,}|${secret.source}`, "gu");

/** A stray % is text like any other. */
function decoded(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

/** Too short, or too plain, for any of the above: most of what is asked about, so that none of them need be compiled. */
const plain = /^([a-z-]{0,23}|[a-z\d-]{0,8})$/;

/** What was escaped twice, or thrice, is read too, and the same letters and digits however wide they are written. */
function isSensitive(text: string, number?: RegExp): boolean {
  if (plain.test(text)) return false;
  for (let i = 0; i < 3; i++) text = text.replace(/(%[\da-f]{2})+/gi, decoded);
  text = text.normalize("NFKC");
  return secret.test(text) || !!number?.test(text);
}

/** What is cut off takes the rest of its word along: half a secret is no longer known as one. */
const cut = (text: string, max: number, word: RegExp): string => (text[max] ? text.slice(0, max - 1).replace(word, mask) : text);

const nowhere = { origin: "", pathname: "", search: "" };

/** Nothing of what is no web address. */
function parse(url: string): typeof nowhere {
  try {
    return /^https?:/i.test(url) ? new URL(url) : nowhere;
  } catch {
    return nowhere;
  }
}

/** A page's own URL: no fragment, no userinfo, masked path, only the parameters that name a campaign. */
export function redactUrl(url: string): string {
  const { origin, pathname, search } = parse(url);
  let isSecret = false;
  const segments = cut(pathname, maxPathChars, /[^/]*$/)
    .split("/")
    .map((segment) => {
      const shown = segment && (isSecret || isSensitive(segment, inPath)) ? mask : segment;
      isSecret ||= hasWord(segment, secretAfter);
      return shown;
    });
  const campaign = search
    .slice(1)
    .split("&")
    .filter((pair) => pair && kept.test(pair) && !isSensitive(pair, inPath));
  return origin + segments.join("/") + (campaign[0] ? `?${campaign.join("&")}` : "");
}

/** A referrer of another origin is its origin; one of ours is stripped like the page. */
export function redactReferrer(referrer: string, pageUrl: string): string {
  const { origin } = parse(referrer);
  return origin === parse(pageUrl).origin ? redactUrl(referrer) : origin;
}

const sensitiveWord =
  /^(pass(word|wd|code|port|phrase)?|pwd|pin|otp|nonce|.*(token|sess(ion)?(id)?)|secret.*|auth.*|bearer|jwt|(api)?key|sig(nature)?|hmac|hash|ticket|[cx]srf|sid|saml.*|relaystate|(credit)?card.*|cc(num)?|cv[cv]|pan|iban|bic|account|ssn|nino?|nif|dob|birth.*|age|gender|diagnosis|condition|symptoms?|medication|prescription|patient|insurance|pregnan.*|religion|party|union)\d*$/;

const personalName =
  /(^|[-_])(e?mail|em|user(name|id)?|login|uid|customer|contact|subscriber|[fl]?name|(first|last|sur)name|phone|tel|mobile|msisdn|addr(ess)?|street|zip|post(al|code)|lat|lng|lon|ip)($|[-_])/;

/** A name that the site gave to something when it is plainly a name, else `otherwise`. */
export const redactName = (name: string, otherwise: string): string =>
  /^[A-Za-z][\w-]{0,63}$/.test(name) && !hasWord(name, sensitiveWord) && !isSensitive(name, inPath) ? name : otherwise;

/** The name of a form's field: also none that says which of a person's data it takes. */
export const redactField = (name: string, otherwise: string): string =>
  /^[a-z][a-z\d_-]{0,30}$/.test(name) && !personalName.test(name) ? redactName(name, otherwise) : otherwise;

/** What somebody wrote: words that tell too much are masked, and what is too long is cut. */
export function redactText(text: string): string {
  const written = text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/\p{Pd}/gu, "-")
    .replace(/\s+/g, " ");
  const plain = cut(written.trim(), maxReadChars, /\S*$/);
  const shown = cut(plain.replace(inText, mask).replace(/\S*~\S*/g, mask), maxTextChars, /\S*$/);
  return shown === text ? text : redactText(shown);
}

/** Words in what programs write: JSON, XML, parameters. */
const lastWord = /[^\s"'`,:;=&<>(){}[\]\\]*$/;
const maskedWords = /[^\s"'`,:;=&<>(){}[\]\\]*~[^\s"'`,:;=&<>(){}[\]\\]*/g;

/** What another program answered, as a log keeps it: the masks of a text, word by word, and at most so many characters. */
export const redactAnswer = (answer: string, max: number): string =>
  cut(answer.normalize("NFKC"), max, lastWord).replace(inText, mask).replace(maskedWords, mask);

/** A word of the site's own, which may well be about cards and passwords; no text of a visitor's. */
export const redactWord = (word: string, otherwise: string): string =>
  /^[A-Za-z][\w:-]{0,63}$/.test(word) && redactText(word) === word ? word : otherwise;

const scalar = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** Only a number within its bounds, also when it is written as text. */
function amount<K extends string>(key: K, value: unknown, from: number, to: number): { [key in K]?: number } {
  const x = scalar(value).trim() ? Number(value) : Number.NaN;
  return x >= from && x <= to ? ({ [key]: x } as { [key in K]: number }) : {};
}

/** One product, in our words or GA4's. Only the fields that are known; ids of products may be long numbers. */
export function redactItem(item: unknown): Item | undefined {
  const given = Object(item);
  const named = redactText(scalar(given.name ?? given.item_name));
  const category = redactText(scalar(given.category ?? given.item_category));
  const variant = redactText(scalar(given.variant ?? given.item_variant));
  const id = (scalar(given.id ?? given.item_id) || named).slice(0, maxTextChars);
  const { price, quantity, margin } = given;
  if (!id) return undefined;
  return {
    id: isSensitive(id) ? mask : id,
    ...(named && { name: named }),
    ...(category && { category }),
    ...(variant && { variant }),
    ...amount("price", price, 0, 1e9),
    ...amount("quantity", quantity, 0.001, 1e6),
    ...(/^(low|medium|high)$/.test(scalar(margin)) && { margin }),
  };
}

const isHarmless = (value: unknown): boolean =>
  typeof value === "boolean" ||
  (typeof value === "number" && Math.abs(value) < (Number.isInteger(value) ? maxWhole : 1e13)) ||
  (typeof value === "string" && value.length <= maxValueChars && !isSensitive(value, inValue));

/** Traits and properties: numbers, yes or no, and short texts that tell no address, number or secret, under plain names. */
export const redactProperties = (given: unknown): Properties =>
  Object.fromEntries(
    Object.entries(Object(given))
      .filter(
        ([key, value]) => /^[a-z][a-z\d_]{0,39}$/.test(key) && !(key in {}) && !hasWord(key, sensitiveWord) && isHarmless(value),
      )
      .slice(0, maxProperties),
  ) as Properties;
