// `npm run bench -- NAME`: a table for people, then one JSON line for machines.
import { readdirSync } from "node:fs";

const [name = "", ...rest] = process.argv.slice(2);
const names = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".bench.ts"))
  .map((entry) => entry.name.replace(".bench.ts", ""));

if (!names.includes(name)) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${names.join(", ")}`);
  process.exit(1);
}
try {
  const { run } = (await import(`./${name}.bench.ts`)) as { run: (args: string[]) => Promise<object> };
  console.log(JSON.stringify({ bench: name, ...(await run(rest)) }));
  process.exit(0);
} catch (error) {
  console.error(`the bench ${name} could not run: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
