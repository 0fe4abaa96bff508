import type { OnsiteMessage } from "../contract/wire.ts";
import type { Events } from "./cusp.ts";

type Tell = <K extends keyof Events>(event: K, detail: Events[K]) => void;

/** Tells of each message once, though every reply offers it again until the page has said that it was shown. */
export function openMessages(tell: Tell): (offered?: readonly OnsiteMessage[]) => void {
  const told = new Set<string>();
  return (offered = []) => {
    for (const message of offered) {
      if (told.has(message.id)) continue;
      told.add(message.id);
      tell("message", message);
    }
  };
}
