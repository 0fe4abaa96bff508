// What the demo, the end-to-end tests and the benches start: an edge with the demo's site file pushed and a secret of its own.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type EdgeOptions, type Running, startEdge } from "./workerd.ts";

export const demoFile = path.join(import.meta.dirname, "../demo-site/cusp.yaml");

/** Secrets made anew for each start: none is ever a default. */
export const newSecrets = () => ({
  EDGE_SECRET: randomBytes(32).toString("base64url"),
  ADMIN_TOKEN: randomBytes(32).toString("base64url"),
  IDENTITY_PK_DEMO: randomBytes(32).toString("base64url"),
  DEST_PK_DEMO_EMAIL: `whsec_${randomBytes(32).toString("base64")}`,
  DEST_PK_DEMO_EMAIL_FEEDBACK: `whsec_${randomBytes(32).toString("base64")}`,
});

export interface DemoOptions extends Omit<EdgeOptions, "secrets"> {
  secrets?: ReturnType<typeof newSecrets>;
  /** The site file; the demo's own unless given. */
  siteFile?: (demo: string) => string;
}

export type Demo = Running & { secrets: ReturnType<typeof newSecrets> };

export async function startDemo({ secrets = newSecrets(), siteFile = (demo) => demo, ...options }: DemoOptions): Promise<Demo> {
  const running = await startEdge({ ...options, secrets });
  const origins = [running.url, running.url.replace("127.0.0.1", "localhost")];
  const source = siteFile(readFileSync(demoFile, "utf8")).replace(/^origins:.*$/m, `origins: [${origins.join(", ")}]`);
  const answer = await fetch(`${running.url}/v1/admin/sites/pk_demo/file`, {
    method: "PUT",
    headers: { authorization: `Bearer ${secrets.ADMIN_TOKEN}` },
    body: source,
  });
  if (!answer.ok) {
    await running.stop();
    throw new Error(`the demo's site file was refused: ${await answer.text()}`);
  }
  return { ...running, secrets };
}
