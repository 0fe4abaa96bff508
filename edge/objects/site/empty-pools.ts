import { pointerTo } from "../../pointer.ts";
import type { Mistake } from "../../site/check.ts";
import type { SiteFile } from "../../site/schema/site-file.ts";
import type { PoolLine } from "./offers.ts";

/** What a push is told of offers that nobody can be made, for want of codes. */
export const emptyPools = ({ offers }: SiteFile, filled: readonly PoolLine[]): Mistake[] =>
  Object.entries(offers).flatMap(([name, { code: { pool: wanted } = {} }]) => {
    if (wanted === undefined || filled.some(({ pool }) => pool === wanted)) return [];
    const remedy = `add some with \`cusp push --codes ${wanted}=FILE\``;
    const message = `the pool \`${wanted}\` has no codes left, so the offer is not made: ${remedy}`;
    return [{ line: 1, column: 1, pointer: pointerTo(["offers", name, "code", "pool"]), message }];
  });
