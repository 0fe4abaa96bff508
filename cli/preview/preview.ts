import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { meant, nearest } from "../../edge/decide/conditions/nearest.ts";
import { type Channel, channels } from "../../edge/site/schema/words.ts";
import { compileSite } from "../../edge/site/site-config.ts";
import { readWithLayouts } from "../check.ts";
import { paint } from "../paint.ts";
import { plain, plainJson } from "../plain.ts";
import { Stop } from "../stop.ts";
import { type Form, formsOf } from "./forms.ts";
import { previewPage } from "./page.ts";
import { peopleFor } from "./people.ts";
import { pictureOf } from "./picture.ts";

export interface PreviewOptions {
  /** One of the sample people, or a .json file. */
  person?: string | undefined;
  channel?: string | undefined;
  /** The folder to write to. */
  out?: string | undefined;
  png?: string | undefined;
  json?: boolean | undefined;
}

const usualFile = "cusp.yaml";
const usualFolder = "cusp-preview";

/** Writes what messages would say to sample people, on every channel. Nothing is sent, and no edge is asked. */
export async function preview(words: readonly (string | undefined)[], options: PreviewOptions): Promise<void> {
  const { json = false, out = usualFolder, png } = options;
  const said = words.filter((word) => word !== undefined);
  const isFile = (word: string) => /\.ya?ml$/.test(word);
  const file = said.find(isFile) ?? usualFile;
  const [asked, surplus] = said.filter((word) => !isFile(word));
  if (surplus !== undefined) throw new Stop(`\`${plain(surplus)}\` is one word too many: name one message, or none for all`, 2);
  const read = await readWithLayouts(file, "preview");
  const config = await compileSite(1, read.file);
  const names = messagesFor(Object.keys(read.file.messages), asked, file);
  const channel = channelFor(options.channel);
  const people = peopleFor(read.file, options.person);
  const nowMs = Date.now();
  const forms = names.flatMap((name) => people.flatMap((person) => formsOf(config, name, person, channel, nowMs)));
  if (!forms.length) throw new Stop(`${asked ?? file} says nothing by ${channel}`);

  mkdirSync(out, { recursive: true });
  const page = path.join(out, "index.html");
  writeFileSync(page, previewPage(asked ?? file, forms, asked !== undefined));
  for (const { message, person, mail } of forms)
    if (mail) {
      writeFileSync(path.join(out, `${message}.${person}.html`), mail.html);
      writeFileSync(path.join(out, `${message}.${person}.txt`), mail.text);
    }
  if (png !== undefined) await pictureOf(page, png);
  if (json) {
    const told = forms.map(({ content, mail, ...form }) => ({ ...form, ...(content && { content: { ...content, ...mail } }) }));
    console.log(plainJson({ ok: true, page, ...(png !== undefined && { png }), forms: told }));
    return;
  }
  for (const [i, form] of forms.entries()) {
    const before = forms[i - 1];
    // What became of the blocks is the same on every channel of a message.
    const isTold = before?.message === form.message && before.person === form.person && !before.missing;
    console.log(told(isTold ? { ...form, notes: [] } : form));
  }
  console.log(`\n${plain(page)}${png === undefined ? "" : ` and ${plain(png)}`}`);
}

function messagesFor(all: readonly string[], asked: string | undefined, file: string): readonly string[] {
  if (!all.length) throw new Stop(`${file} has no message yet: write one under \`messages\``);
  if (asked === undefined) return all;
  if (all.includes(asked)) return [asked];
  throw new Stop(`${file} has no message \`${plain(asked)}\`${meant(nearest(asked, all)) || `; it has ${all.join(", ")}`}`, 2);
}

function channelFor(asked: string | undefined): Channel | undefined {
  const channel = channels.find((one) => one === asked);
  if (asked === undefined || channel) return channel;
  throw new Stop(`there is no channel \`${plain(asked)}\`: there are ${channels.join(", ")}`, 2);
}

/** One form in a few lines: what it begins with, which variants were chosen, what fell away and why. */
function told({ message, channel, person, missing, content, notes }: Form): string {
  const { subject, push, sms, chat, onsite, team } = content ?? {};
  const first = subject ?? push?.title ?? sms?.text ?? chat?.text ?? onsite?.title ?? team?.text ?? "";
  const head = `${message}, ${channel}, ${person}: `;
  const lines = notes.map(({ block, said, why }) => {
    const because = why.length ? ` (${why.join("; ")})` : "";
    return said === undefined
      ? paint("yellow", `  ${plain(block)} left out${plain(because)}`)
      : plain(`  ${block}: ${said}${because}`);
  });
  const what = missing === undefined ? plain(head + first) : paint("red", plain(`${head}would not be sent: ${missing}`));
  return [what, ...lines].join("\n");
}
