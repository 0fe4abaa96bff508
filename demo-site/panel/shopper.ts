import { element } from "../element.ts";

/** What `pages/shopper.js` gives: the account of this browser, signed in while it has a token. */
export interface Shopper {
  account(): { id?: string; token?: string };
  signIn(): Promise<void>;
  signOut(): void;
  forget(): void;
  changed(): void;
}

declare global {
  var shopper: Shopper;
}

/** Who the shop says the visitor is, and how to be somebody else. */
export function shopperLine(signedOut: () => void) {
  const who = element("p", {});
  const hint = element("p", { class: "hint", role: "status" });
  const button = (label: string, act: () => unknown) => {
    const made = element("button", { type: "button" }, label);
    made.addEventListener("click", () => void act());
    return made;
  };

  function otherDevice(): void {
    const there = `${location.origin}/?me=${shopper.account().id}`;
    const code = element("code", {}, there);
    hint.replaceChildren("Open this in a private window or another browser, and it is the same shopper there: ", code);
  }
  function signOut(): void {
    signedOut();
    shopper.signOut();
  }

  const other = button("Other device", otherDevice);
  const out = button("Sign out", signOut);
  const into = button("Sign in", () =>
    shopper.signIn().catch((error: unknown) => {
      hint.textContent = error instanceof Error ? error.message : "the shop signed nobody in";
    }),
  );

  function show(): void {
    const { id = "", token } = shopper.account();
    who.replaceChildren(
      ...(token
        ? [element("span", {}, "Signed in as "), element("b", {}, id)]
        : [element("b", {}, "Nobody is signed in. "), element("span", {}, "No mail can reach this visitor.")]),
    );
    for (const made of [other, out]) made.hidden = !token;
    into.hidden = !!token;
    hint.replaceChildren();
  }
  shopper.changed = show;
  show();
  return element("div", { class: "shopper" }, who, other, out, into, hint);
}
