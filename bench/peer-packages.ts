import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Installs what others made, once for these versions, outside of the repository: the folder with their `node_modules`. */
export function installed(dependencies: Record<string, string>): string {
  const manifest = JSON.stringify({ private: true, dependencies }, null, 2);
  const folder = path.join(tmpdir(), `cusp-peers-${createHash("sha256").update(manifest).digest("hex").slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const names = Object.entries(dependencies).map((one) => one.join("@"));
  console.log(`installing ${names.join(" ")}\n`);
  const making = mkdtempSync(path.join(tmpdir(), "cusp-peers-new-"));
  try {
    writeFileSync(path.join(making, "package.json"), manifest);
    execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: making });
    renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}
