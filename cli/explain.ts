import { compileSite } from "../edge/site/site-config.ts";
import { readSiteFile } from "./check.ts";
import { sentence } from "./explain-sentence.ts";
import { paint } from "./paint.ts";
import { plain, plainJson } from "./plain.ts";
import { percent } from "./simulate/report.ts";
import { quickTally } from "./simulate/simulate.ts";

export interface ExplainOptions {
  /** Only the sentences, at once. */
  "no-share"?: boolean | undefined;
  json?: boolean | undefined;
}

const quickSessions = 5000;

/** Says each trigger in one English sentence, and how many sessions of the sample week it meets. */
export async function explain(path: string | undefined, options: ExplainOptions): Promise<void> {
  const { json = false, "no-share": noShare = false } = options;
  const { file } = readSiteFile(path, "explain");
  const config = await compileSite(1, file);
  const tally = noShare ? undefined : await quickTally(file, quickSessions);
  // In the order of the file, which its author knows.
  const said = Object.keys(file.triggers).flatMap((name) => {
    const trigger = config.triggers.find((one) => one.name === name);
    const sessions = tally?.triggers[name]?.sessions;
    const share = tally && sessions !== undefined ? { share: sessions / tally.sessions } : {};
    return trigger ? [{ trigger: name, sentence: sentence(config, trigger), ...share }] : [];
  });
  if (json) console.log(plainJson({ ok: true, triggers: said }));
  else
    for (const { trigger, sentence, share } of said) {
      const met = share === undefined ? "" : ` ${percent(share, 1)} of the sample week's sessions.`;
      console.log(`${paint("cyan", plain(trigger))}\n  ${plain(sentence)}${met}`);
    }
}
