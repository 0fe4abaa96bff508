import { browseRecovery } from "./browse-recovery.ts";
import { cartRecovery } from "./cart-recovery.ts";
import { paymentHelp } from "./payment-help.ts";
import { postPurchase } from "./post-purchase.ts";
import { pricingHesitation } from "./pricing-hesitation.ts";
import { returnsHelp } from "./returns-help.ts";
import { winBack } from "./win-back.ts";

/** What `use` can name: a part of a site file that works as it is, or under what the file says itself. */
export const recipes: Record<string, string> = {
  "recipe/cart-recovery@1": cartRecovery,
  "recipe/browse-recovery@1": browseRecovery,
  "recipe/pricing-hesitation@1": pricingHesitation,
  "recipe/returns-help@1": returnsHelp,
  "recipe/payment-help@1": paymentHelp,
  "recipe/post-purchase@1": postPurchase,
  "recipe/win-back@1": winBack,
};
