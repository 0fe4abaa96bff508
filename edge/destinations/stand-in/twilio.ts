import { answer, read, type StandIn } from "./request.ts";

const refuse = (code: number, message: string, status = 400) =>
  answer(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });

interface Account {
  sid: string;
  token: string;
  /** Numbers that answered STOP. */
  stopped?: readonly string[];
}

/** @param sent every message: two requests, two messages */
export function twilioStandIn({ sid, token, stopped = [] }: Account, sent: URLSearchParams[] = []): StandIn {
  return (request) => {
    const { url, method, header } = read(request);
    if (url.pathname !== `/2010-04-01/Accounts/${sid}/Messages.json` || method !== "POST") return refuse(20404, "not found", 404);
    if (header("authorization") !== `Basic ${btoa(`${sid}:${token}`)}`) return refuse(20003, "Authenticate", 401);
    if (!header("content-type").startsWith("application/x-www-form-urlencoded")) return refuse(21604, "A 'To' is required");
    const form = new URLSearchParams(String(request.body));
    const [to = "", ...others] = form.getAll("To");
    if (others.length || !/^\+[1-9]\d{6,14}$/.test(to)) return refuse(21211, "Invalid 'To' Phone Number");
    if (!form.get("From") === !form.get("MessagingServiceSid")) return refuse(21603, "A 'From' phone number is required");
    const body = form.get("Body") ?? "";
    if (!body) return refuse(21602, "Message body is required");
    if (body.length > 1600) return refuse(21617, "The concatenated message body exceeds the 1600 character limit");
    const validity = form.get("ValidityPeriod");
    if (validity !== null && !(/^\d+$/.test(validity) && Number(validity) >= 1 && Number(validity) <= 36_000))
      return refuse(21621, "Invalid validity period");
    const callback = form.get("StatusCallback");
    if (callback !== null && !(URL.canParse(callback) && new URL(callback).hostname.includes(".")))
      return refuse(21609, "Invalid StatusCallback");
    if (stopped.includes(to)) return refuse(21610, "Attempt to send to unsubscribed recipient");
    sent.push(form);
    const id = `SM${String(sent.length).padStart(32, "0")}`;
    return answer(201, { sid: id, account_sid: sid, status: "queued", to, error_code: null, error_message: null });
  };
}
