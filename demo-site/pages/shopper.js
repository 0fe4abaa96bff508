// The shop signs its visitors in, as a site does whose server knows them: `/dev/me` plays that server. Whoever comes gets an
// account of their own, kept in this browser; `?me=<id>` signs in as the same shopper in another.
(() => {
  const accountKey = "shop-account";

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(accountKey)) ?? {};
    } catch {
      return {}; // storage refused: an account for this page only
    }
  }
  function keep(account) {
    try {
      localStorage.setItem(accountKey, JSON.stringify(account));
    } catch {
      // as above
    }
  }

  let account = kept();
  const here = new URL(location.href);
  const asked = here.searchParams.get("me");
  if (asked !== null) {
    account = { id: asked };
    here.searchParams.delete("me");
    history.replaceState(history.state, "", here);
  }

  function become(next) {
    account = next;
    keep(account);
    if (account.token) globalThis.cusp("identify", account.id, { token: account.token });
    globalThis.shopper.changed();
  }

  async function signIn() {
    const before = account;
    const ask = (id) => fetch(id ? `/dev/me?id=${encodeURIComponent(id)}` : "/dev/me");
    let reply = await ask(account.id);
    if (reply.status === 422) reply = await ask(); // not an id that this shop gives
    if (!reply.ok) throw new Error(`the shop signed nobody in: ${reply.status}`);
    const { id, token } = await reply.json();
    if (account.isOut && account !== before) return; // signed out meanwhile
    become({ id, token });
    if (!before.isOut) return;
    globalThis.cusp("track", "login"); // who they are goes with what they do next
    globalThis.cusp("flush");
  }

  globalThis.shopper = {
    changed() {},
    /** The account of this browser; signed in while it has a token. */
    account: () => account,
    signIn,
    signOut() {
      globalThis.cusp("reset");
      become({ id: account.id, isOut: true });
    },
    /** Whoever comes next is somebody new. */
    forget: () => keep({}),
  };

  if (account.isOut) return;
  if (account.token) become(account); // at once: the one that is asked for is the same, unless it was about to end
  signIn().catch(() => undefined); // the shop is away, or the page is left
})();
