const asked = new WeakMap<DurableObjectStorage, Promise<void>>();

/**
 * Sets the object's one alarm, unless it stands earlier. Each part asks for its own, and again when it rang: one after the other, as
 * two that both read that none is set would each set theirs.
 */
export function wakeBy(storage: DurableObjectStorage, systemAtMs: number): Promise<void> {
  const set = async (): Promise<void> => {
    const atMs = Math.max(Date.now(), Math.ceil(systemAtMs));
    const stands = await storage.getAlarm();
    if (stands === null || stands > atMs) await storage.setAlarm(atMs);
  };
  const mine = (asked.get(storage) ?? Promise.resolve()).then(set);
  asked.set(
    storage,
    mine.catch(() => undefined),
  );
  return mine;
}
