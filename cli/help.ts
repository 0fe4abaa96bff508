import type { Command } from "./command.ts";

const row = (left: string, right: string, width: number): string => `  ${left.padEnd(width)}  ${right}`;

export const usage = (commands: Record<string, Command>): string =>
  [
    "cusp: the site file, from your editor to the edge",
    "",
    ...Object.entries(commands).map(([name, { usage, about }]) => row(`cusp ${name} ${usage}`.trim(), about, 27)),
    "",
    row("--json", "one JSON object instead of text", 27),
    row("--help, cusp help COMMAND", "the options of a command", 27),
    "",
    "The admin token is read from CUSP_ADMIN_TOKEN, or from the file that CUSP_ADMIN_TOKEN_FILE names.",
    "Exit code: 0 fine, 1 the file or the edge is at fault, 2 the command line is.",
  ].join("\n");

export function usageOf(name: string, { usage, about, options }: Command): string {
  const rows = Object.entries(options).map(([option, { value = "", about }]) => row(`--${option} ${value}`.trim(), about, 20));
  return [
    `cusp ${name} ${usage}`.trim(),
    "",
    `  ${about}`,
    "",
    ...rows,
    row("--json", "one JSON object instead of text", 20),
  ].join("\n");
}
