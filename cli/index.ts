import { parseArgs } from "node:util";
import { meant, nearest } from "../edge/decide/conditions/nearest.ts";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import { usage, usageOf } from "./help.ts";
import { plain, plainJson } from "./plain.ts";
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
  if (!known)
    throw new Stop(
      `there is no command \`${plain(name)}\`${meant(nearest(name, Object.keys(commands)))}\n\n${usage(commands)}`,
      2,
    );
  return known;
}

const help = (name?: string): void => console.log(name === undefined ? usage(commands) : usageOf(name, commandOf(name)));

function parsed(name: string, known: Command, args: string[]) {
  const own = Object.entries(known.options).map(([option, { type, multiple = false }]) => [option, { type, multiple }] as const);
  const options = {
    ...Object.fromEntries(own),
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new Stop(`${misread(error, Object.keys(options))}\n\n${usageOf(name, known)}`, 2);
  }
}

/** What Node says of the options, for somebody who does not write programs. */
function misread(error: unknown, options: readonly string[]): string {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  const option = /--?([\w-]+)/.exec(message)?.[1] ?? "";
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const near = nearest(option, options);
    return `there is no option \`--${option}\`${meant(near && `--${near}`)}`;
  }
  if (/argument missing|is ambiguous/.test(message)) return `\`--${option}\` needs a value behind it`;
  return /does not take an argument/.test(message) ? `\`--${option}\` takes no value` : plain(message);
}

const args = process.argv.slice(2);
if (!workIfHired())
  try {
    await run(args);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    if (args.includes("--json"))
      console.log(plainJson({ ok: false, error: error.message, mistakes: error.mistakes, warnings: error.warnings }));
    else console.error(error.message);
    process.exitCode = error.exitCode;
  }
