// `npm start`: the shop, its edge and its inbox on one address.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startDemo } from "./demo.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "8787" }, folder: { type: "string" } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error("--port must be a number from 1 to 65535, like --port 8787");
  process.exit(1);
}
const folder = path.resolve(values.folder ?? mkdtempSync(path.join(tmpdir(), "cusp-demo-")));
process.once("exit", () => {
  if (!values.folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 }); // the edge may be dying still
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(0));

try {
  const demo = await startDemo({ port, folder });
  demo.process.once("exit", () => {
    console.error("Cusp has ended: its workerd went away");
    process.exit(1);
  });
  console.log(`
  Cusp is running.

    the shop    ${demo.url}/
    the inbox   ${demo.url}/inbox

  Open the pricing page, scroll, and linger for 20 s (or press +20 s in the panel).
  Ctrl+C ends it.
`);
} catch (error) {
  console.error(`Cusp did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
