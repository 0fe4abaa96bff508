/** Sets the object's one alarm, unless it stands earlier. Each part asks for its own, and again when it rang. */
export async function wakeBy(storage: DurableObjectStorage, systemAtMs: number): Promise<void> {
  const atMs = Math.max(Date.now(), Math.ceil(systemAtMs));
  const stands = await storage.getAlarm();
  if (stands === null || stands > atMs) await storage.setAlarm(atMs);
}
