export type ConsentState = "pending" | "granted" | "denied";

/** What the site says, unless the visitor's own browser already said no. */
export const consentOf = (wanted: ConsentState): ConsentState =>
  (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl ? "denied" : wanted;
