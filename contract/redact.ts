/**
 * What of a URL or a name may leave the page. Allow-list for parameters, masks for path segments; the edge applies the same
 * again, so every function here gives its own output back unchanged.
 */
const mask = "~";
const maxPathChars = 200;

const kept = /^utm_(source|medium|campaign|content|term)=([\w.+-]|%20){1,64}$/;

/** What follows one of these in a path is somebody's secret. */
const secretAfter =
  /^(reset|password|verify|confirm|activate|invite|magic|unsubscribe|oauth|callback|sso|login|share|download)$/i;

/**
 * In this order: addresses, JSON Web Tokens, hexadecimal ids, long numbers, payment cards however separated, IBANs, IP
 * addresses, coordinates, keys of well-known services, and long runs that mix small letters, capitals and digits.
 */
const secretOrPersonal =
  /@|%40|eyJ[\w-]+\.|[\da-fA-F]{24}|\d{9}|\d([ .-]?\d){12}|\b[A-Z]{2}\d{2}[A-Z\d]{11,30}\b|\b\d{1,3}(\.\d{1,3}){3}\b|([\da-fA-F]{0,4}:){3}|\d+\.\d{3,},\s*-?\d+\.\d{3}|(sk|rk|ghp|xox.|SG|AKIA)[-_.]?\w{8}|(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{20}/;

function isSensitive(text: string): boolean {
  try {
    text = decodeURIComponent(text);
  } catch {
    // a stray % is text like any other
  }
  return secretOrPersonal.test(text);
}

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
  // What is cut off takes the rest of its segment along: half a secret is no longer known as one.
  const path = pathname[maxPathChars] ? pathname.slice(0, maxPathChars).replace(/[^/]*$/, mask) : pathname;
  const segments = path.split("/").map((segment) => {
    const shown = segment && (isSecret || isSensitive(segment)) ? mask : segment;
    isSecret ||= secretAfter.test(segment);
    return shown;
  });
  const campaign = search
    .slice(1)
    .split("&")
    .filter((pair) => kept.test(pair) && !isSensitive(pair));
  return origin + segments.join("/") + (campaign[0] ? `?${campaign.join("&")}` : "");
}

/** A referrer of another origin is its origin; one of ours is stripped like the page. */
export function redactReferrer(referrer: string, pageUrl: string): string {
  const { origin } = parse(referrer);
  return origin === parse(pageUrl).origin ? redactUrl(referrer) : origin;
}

const sensitiveName =
  /(^|[-_])(pass(word|wd|code)?|pwd|pin|otp|token|secret|auth|key|card|cc|cvc|cvv|iban|bic|account|ssn|nin|dob|birth|age|gender|diagnosis|religion|party|union)($|[-_])/i;

/** The name of a form or a field when it is plainly a name, else `otherwise`. */
export const redactName = (name: string, otherwise: string): string =>
  /^[a-z][\w-]{0,30}$/i.test(name) && !sensitiveName.test(name) && !isSensitive(name) ? name : otherwise;
