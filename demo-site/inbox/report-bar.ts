import { element, webLink } from "../element.ts";
import { type Arrival, textAt } from "../webhook.ts";

const deeds = [
  ["delivered", "It arrived"],
  ["clicked", "They clicked"],
  ["converted", "They bought"],
  ["bounced", "It bounced"],
] as const;

async function say(id: string, what: string): Promise<string> {
  const body = JSON.stringify({ id, what });
  const reply = await fetch("/inbox/say", { method: "POST", headers: { "content-type": "application/json" }, body });
  return reply.ok ? "Told. The panel's timeline shows what came of it." : "The edge did not take it.";
}

/** What an e-mail tool would report back of this message, to be said by hand. Nothing where no reports are expected. */
export function reportBar({ id, body }: Arrival): HTMLElement | false {
  if (textAt(body, "data.report_to") === "") return false;
  const told = element("output", {});
  const buttons = deeds.map(([what, words]) => {
    const button = element("button", { type: "button" }, words);
    button.addEventListener("click", () => {
      void say(id, what)
        .catch(() => "The inbox did not answer.")
        .then((text) => {
          told.textContent = text;
        });
    });
    return button;
  });
  const wayOut = textAt(body, "data.content.unsubscribe_url");
  return element(
    "section",
    { class: "report" },
    element("h3", {}, "Report back, as an e-mail tool does"),
    element("div", {}, ...buttons),
    told,
    wayOut !== "" && webLink(wayOut, "Unsubscribe", "way-out"),
  );
}
