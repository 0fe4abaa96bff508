import type { Refused } from "../objects/site/files.ts";
import { problem, Refusal } from "../problem.ts";

/** What a Site object refused, as HTTP. */
export const refusal = ({ status, detail, pointer, mistakes }: Refused): Response =>
  problem(new Refusal(status, detail, pointer === undefined ? {} : { pointer }), mistakes ? { mistakes } : {});
