/** Something that may be said, or begun, at one instant. */
export interface Turn {
  /** Of its trigger. */
  priority: number;
  sinceMs: number;
  take: () => void;
}

/** The stronger first, then the older: nothing weaker takes the last place under a cap before what is due at the same instant. */
export function inTurn(turns: Turn[]): void {
  for (const { take } of turns.sort((a, b) => b.priority - a.priority || a.sinceMs - b.sinceMs)) take();
}
