import type { Clock } from "../../clock.ts";
import { sameText } from "../../secrets.ts";
import type { Role, TokenLine } from "../../site/answers.ts";
import type { Audit } from "./audit.ts";

type Kept = TokenLine & { hash: string };

export interface NewToken {
  id: string;
  hash: string;
  role: Role;
  note: string;
  forMs: number;
}

const told = ({ id, role, note, made_at, expires_at }: Kept): TokenLine => ({ id, role, note, made_at, expires_at });

const maxTokens = 100;

/** Admin tokens of one site, by their digests. One that was revoked is gone; the log remembers it. */
export function siteTokens(storage: DurableObjectStorage, clock: Clock, audit: Audit) {
  const living = (): Kept[] => (storage.kv.get<Kept[]>("tokens") ?? []).filter(({ expires_at }) => clock.now() < expires_at);
  const keep = (tokens: Kept[], who: string, what: "token_made" | "token_revoked", detail: string) =>
    storage.transactionSync(() => {
      storage.kv.put("tokens", tokens);
      audit.add(clock.now(), { who, what, version: null, detail });
    });
  return {
    role: (id: string, hash: string): Role | undefined =>
      living().find((token) => token.id === id && sameText(hash, token.hash))?.role,
    list: (): TokenLine[] => living().map(told),
    /** Undefined where the site has as many tokens as it may have. */
    add({ id, hash, role, note, forMs }: NewToken, who: string): TokenLine | undefined {
      const tokens = living();
      if (tokens.length >= maxTokens) return undefined;
      const line = { id, role, note, made_at: clock.now(), expires_at: clock.now() + forMs };
      keep([...tokens, { ...line, hash }], who, "token_made", `${id}, to ${role}: ${note}`);
      return line;
    },
    /** Whether there was such a token. */
    revoke(id: string, who: string): boolean {
      const tokens = living();
      const gone = tokens.find((token) => token.id === id);
      if (gone)
        keep(
          tokens.filter((token) => token !== gone),
          who,
          "token_revoked",
          `${id}: ${gone.note}`,
        );
      return gone !== undefined;
    },
  };
}
