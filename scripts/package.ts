// What a developer who installs the package gets: entries and types that resolve everywhere, and no unnoticed change of the API.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const pkg = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, unknown>;
const { messages } = await publint({ strict: true });
for (const message of messages) console.error(`publint: ${formatMessage(message, pkg)}`);

let failed = messages.length > 0;
try {
  // The script of a tag has no types.
  const options = ["--pack", ".", "--profile", "esm-only", "--exclude-entrypoints", "./cusp.js"];
  execFileSync(process.execPath, ["node_modules/@arethetypeswrong/cli/dist/index.js", ...options], { stdio: "pipe" });
} catch (error) {
  console.error(String((error as { stdout?: Buffer }).stdout));
  failed = true;
}

const report = (folder: string) => readFileSync(`${folder}/cusp.api.md`, "utf8");
if (report("dist/types") !== report("etc")) {
  console.error("the public API is not what etc/cusp.api.md says: if it should be, `npm run build -- --api` takes it over");
  failed = true;
}
process.exit(failed ? 1 : 0);
