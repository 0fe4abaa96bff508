import type { Found, Site } from "./rule.ts";
import { customerTextsOf, literal } from "./texts.ts";

const urgent =
  /\b(last chance|final (hours|chance|call|day)|flash(?= (sale|deal|discount|offer))|hurry|24-hour|\d+[- ]hours?(?= (only|flash|sale|discount|deal|offer))|today only|only today|ends? (soon|today|tonight|at midnight|in \d+)|only until|expires? (soon|today|tonight|in \d+)|act (now|fast)|don'?t miss( out)?|before it'?s (too late|gone)|while (stocks?|supplies) lasts?|limited[- ]time|time is running out|now or never)\b/i;

const number = String.raw`(\d[\d.,]*|two|three|four|five|ten|dozens|hundreds|thousands)`;
const nouns = "(people|others|visitors|shoppers|customers|persons)";
const claims = new RegExp(
  [
    String.raw`\bonly ${number} (\w+ )?(left|remaining|available|in stock)\b`,
    String.raw`\b(just|last|only) ${number} (left|remaining|in stock|pieces?|pairs?)\b`,
    String.raw`\b${number} (left|remaining) in (stock|your size)\b`,
    String.raw`\b${number} (other )?${nouns} (are|have|bought|viewed|looked|added|watch|love)\b`,
    String.raw`\b${number} (sold|bought) (today|this week|in the last)\b`,
    String.raw`\b(back |still |now )?in stock\b|\bselling (out|fast)\b|\b(almost|nearly) (gone|sold out)\b`,
    String.raw`\bbest[- ]?sell(er|ers|ing)\b|\bmost (popular|loved|bought)\b`,
    String.raw`#1\b|\bnumber one\b|\bno\. ?1\b`,
    String.raw`\brated \d([.,]\d)?\b|\b\d[.,]\d (stars?|out of 5|/ ?5)\b|\b\d([.,]\d)? (stars|out of 5)\b`,
  ].join("|"),
  "i",
);

/** Urgency needs an end that is true. */
export function* urgency({ file, look }: Site): Generator<Found> {
  for (const [name, message] of Object.entries(look.messages)) {
    const offered = message.offer !== undefined && Object.hasOwn(file.offers, message.offer);
    for (const { path, text, hasDeadline } of customerTextsOf(name, message)) {
      const word = urgent.exec(literal(text));
      if (!word || hasDeadline || offered) continue;
      const block = path.includes("blocks") ? "the block a `deadline`" : "a block a `deadline`";
      yield {
        path,
        within: word.index,
        message: `“${word[0]}” promises an end that nothing keeps: give the message an \`offer\`, or ${block}, or leave the words out`,
      };
    }
  }
}

/** What is said of stock, other people or ratings comes from data that is fresh. */
export function* claimsFromData({ look }: Site): Generator<Found> {
  for (const [name, message] of Object.entries(look.messages))
    for (const { path, text, fromData } of customerTextsOf(name, message)) {
      // A number that a template fills in is one that data says.
      const filled = text.replace(/\{\{.*?\}\}/gs, (hole) => "9".padEnd(hole.length, "9"));
      const claim = claims.exec(filled);
      if (!claim) continue;
      const said = text.slice(claim.index, claim.index + claim[0].length);
      const written = literal(said);
      if (fromData && (said !== written || !/\d/.test(written))) continue;
      const remedy = /\d/.test(written)
        ? "a number written out is wrong tomorrow: let data say it, in a block's variant with a `when` and a `data_max_age`"
        : "say it in a block's variant with a `when` that asks the data and a `data_max_age`";
      yield { path, within: claim.index, message: `“${said}” is a claim without its data; ${remedy}` };
    }
}
