import { parseArgs } from "node:util";
import { check } from "./check.ts";
import { plainJson } from "./plain.ts";
import { push } from "./push.ts";
import { Stop } from "./stop.ts";

const usage = `cusp: the site file, from your editor to the edge

  cusp check FILE               explain every mistake, with its line and column
  cusp push FILE --edge URL     check, then make FILE the newest version at the edge
  cusp key --edge URL           ask the edge for a new site key

  --json                        one JSON object instead of text

The admin token is read from CUSP_ADMIN_TOKEN, or from the file that CUSP_ADMIN_TOKEN_FILE names.`;

const { values, positionals } = (() => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { edge: { type: "string" }, json: { type: "boolean", default: false }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
})();

const [command, file] = positionals;
try {
  if (values.help || command === undefined) console.log(usage);
  else if (command === "check") check(file, values.json);
  else if (command === "push") await push.file(file, values.edge, values.json);
  else if (command === "key") await push.key(values.edge, values.json);
  else throw new Stop(`there is no command \`${command}\`\n\n${usage}`, 2);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  if (values.json) console.log(plainJson({ ok: false, error: error.message, mistakes: error.mistakes }));
  else console.error(error.message);
  process.exit(error.exitCode);
}
