const kinds: [RegExp, string][] = [
  [/whsec_\S*/g, "is a webhook's signing secret"],
  [/\bSG\.[\w-]{8,}/g, "is a SendGrid key"],
  [/\bre_(?=\w*\d)(?=\w*[A-Z])\w{12,}/g, "is a Resend key"],
  [/\bkey-[0-9a-f]{16,}/g, "is a Mailgun key"],
  [/\bxox[a-z]-\S+/g, "is a Slack token"],
  [/hooks\.slack\.com\/(services|workflows)\/\S+/g, "is a Slack address, and whoever has it can post"],
  [/\b[sr]k_(live|test)_\w+/g, "is a Stripe key"],
  [/\bpk_[0-9a-f]{30,}/g, "is a Klaviyo key"],
  [/\bAKIA[0-9A-Z]{16}/g, "is an AWS key"],
  [/(?<![\w-])eyJ[\w-]{10,}\.[\w-]+/g, "is a signed token"],
  [/-----BEGIN [A-Z ]+-----/g, "is a private key"],
  [/(?<=:\/\/)[^/\s"'@:]+:[^/\s"'@]+@/g, "is a user and password"],
  // Of 32 letters and digits or more, mixed as no word is. Site keys are public.
  [
    /(?<![\w+-])(?!pk_)(?=[\w+-]*\d)(?:[0-9a-f]{32,}|(?=[\w+-]*[a-z])(?=[\w+-]*[A-Z])(?=(?:[\w+-]*\d){3})[\w+-]{32,})={0,2}(?![\w+-])/g,
    "looks like a secret",
  ],
];

/** Nobody reads on. */
const maxTold = 100;

const remedy =
  "take it out, tell it to the edge as a secret, and name that here, like DEST_PK_DEMO_EMAIL; what was shown to others must be replaced";

/** Secrets written out anywhere in a file, comments too, which ends up in places where many read it. */
export function literalSecrets(source: string): { offset: number; message: string }[] {
  const told: { offset: number; end: number; message: string }[] = [];
  for (const [pattern, what] of kinds)
    for (const { index, 0: secret } of source.matchAll(pattern)) {
      if (told.length >= maxTold) return told;
      if (told.some(({ offset, end }) => index < end && offset < index + secret.length)) continue;
      told.push({ offset: index, end: index + secret.length, message: `this ${what}; ${remedy}` });
    }
  return told;
}
