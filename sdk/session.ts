export const sessionEndsAfterMs = 30 * 60_000;

export interface Session {
  id: string;
  started_at: number;
  number: number;
  active_at: number;
}

/** The session goes on, or a new one named `id` begins. */
export const sessionAt = (had: Session | undefined, at: number, id: string): Session =>
  had && at - had.active_at < sessionEndsAfterMs
    ? { ...had, active_at: Math.max(at, had.active_at) }
    : { id, started_at: at, number: (had?.number ?? 0) + 1, active_at: at };
