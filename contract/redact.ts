/**
 * What of a URL or a name may leave the page. Allow-list for parameters, masks for path segments; the edge applies the same
 * again, so every function here gives its own output back unchanged.
 */
const mask = "~";
const maxPathChars = 200;
const maxValueChars = 64;
const keptParameters = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"];

/** What follows one of these in a path is somebody's secret. */
const secretAfter =
  /^(reset|password|verify|confirm|activate|invite|magic|unsubscribe|oauth|callback|sso|login|share|download)$/i;

const secretOrPersonal = [
  /@|%40/,
  /eyJ[\w-]+\./,
  /[0-9a-f]{24}/i,
  /\d{9}/,
  /\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b/,
  /\b\d{1,3}(\.\d{1,3}){3}\b/,
  /([0-9a-f]{0,4}:){3,}/i,
  /-?\d+\.\d{3,},\s*-?\d+\.\d{3,}/,
  /(sk|rk|ghp|xox.|SG|AKIA)[-_.]?\w{8,}/,
];

const looksRandom = (text: string): boolean =>
  (text.match(/[\w-]{20,}/g) ?? []).some((run) => /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run));

/** 13 to 19 digits, however separated, that pass the check of a payment card. */
function looksLikeCard(text: string): boolean {
  for (const run of text.match(/\d(?:[ .-]?\d){12,18}/g) ?? []) {
    let sum = 0;
    [...run.replace(/\D/g, "")].reverse().forEach((digit, i) => {
      const twice = Number(digit) * (1 + (i % 2));
      sum += twice > 9 ? twice - 9 : twice;
    });
    if (sum % 10 === 0) return true;
  }
  return false;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % is text like any other
  }
}

export const isSensitive = (text: string): boolean => {
  const plain = decoded(text);
  return secretOrPersonal.some((pattern) => pattern.test(plain)) || looksRandom(plain) || looksLikeCard(plain);
};

function redactPath(path: string): string {
  let secret = false;
  const segments = path.split("/").map((segment) => {
    const kept = segment && (secret || isSensitive(segment)) ? mask : segment;
    secret ||= secretAfter.test(segment);
    return kept;
  });
  return segments.join("/").slice(0, maxPathChars);
}

/** A page's own URL: no fragment, no userinfo, masked path, only the parameters that name a campaign. */
export function redactUrl(url: string): string {
  const parts = /^(https?:\/\/)(?:[^/?#]*@)?([^/?#@]+)([^?#]*)(?:\?([^#]*))?/i.exec(url);
  if (!parts) return "";
  const [, scheme = "", host = "", path = "", query = ""] = parts;
  const kept = query.split("&").filter((pair) => {
    const [name = "", value = ""] = pair.split("=");
    const plain = decoded(value.replace(/\+/g, " "));
    return keptParameters.includes(name) && plain.length <= maxValueChars && /^[\w .+-]+$/.test(plain) && !isSensitive(plain);
  });
  return scheme.toLowerCase() + host.toLowerCase() + redactPath(path || "/") + (kept.length ? `?${kept.join("&")}` : "");
}

/** A referrer of another origin is its origin; one of ours is stripped like the page. */
export function redactReferrer(referrer: string, pageUrl: string): string {
  const origin = (url: string) =>
    /^https?:\/\/[^/?#]+/i
      .exec(url)?.[0]
      .replace(/\/\/[^/]*@/, "//")
      .toLowerCase() ?? "";
  const from = origin(referrer);
  return from && from === origin(pageUrl) ? redactUrl(referrer) : from;
}

const sensitiveName =
  /(^|[-_.[\]])(pass(word|wd|code)?|pwd|pin|otp|token|secret|auth|key|card|cc|cvc|cvv|iban|bic|account|ssn|nin|dob|birth|age|gender|diagnosis|religion|party|union)($|[-_.[\]])/i;

/** The name of a form or a field when it is plainly a name, else `otherwise`. */
export const redactName = (name: string, otherwise: string): string =>
  /^[a-z][a-z0-9_-]{0,30}$/i.test(name) && !sensitiveName.test(name) && !isSensitive(name) ? name : otherwise;
