import { parseArgs } from "node:util";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import { usage, usageOf } from "./help.ts";
import { plainJson } from "./plain.ts";
import { workIfHired } from "./simulate/crew.ts";
import { Stop } from "./stop.ts";

async function run([name = "help", ...rest]: string[]): Promise<void> {
  if (["help", "--help", "-h"].includes(name)) return help(rest[0]);
  const known = commandOf(name);
  const { values, positionals } = parsed(name, known, rest);
  if (values.help) return help(name);
  const surplus = positionals[known.words];
  if (surplus !== undefined) throw new Stop(`\`${surplus}\` is one word too many\n\n${usageOf(name, known)}`, 2);
  await known.run(positionals, values as unknown as Parameters<Command["run"]>[1]);
}

function commandOf(name: string): Command {
  const known = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!known) throw new Stop(`there is no command \`${name}\`\n\n${usage(commands)}`, 2);
  return known;
}

const help = (name?: string): void => console.log(name === undefined ? usage(commands) : usageOf(name, commandOf(name)));

function parsed(name: string, known: Command, args: string[]) {
  const own = Object.entries(known.options).map(([option, { type }]) => [option, { type }] as const);
  const options = {
    ...Object.fromEntries(own),
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new Stop(`${error instanceof Error ? error.message : String(error)}\n\n${usageOf(name, known)}`, 2);
  }
}

const args = process.argv.slice(2);
if (!workIfHired())
  try {
    await run(args);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    if (args.includes("--json")) console.log(plainJson({ ok: false, error: error.message, mistakes: error.mistakes }));
    else console.error(error.message);
    process.exitCode = error.exitCode;
  }
