export const pricingHesitation = `
# Somebody lingers on the prices: a hint on the page at once, or an e-mail in an hour.
pages:
  pricing: { match: [/pricing*, /plans*], key: true }
triggers:
  pricing-hesitation:
    on: [hesitation]
    when: page.type == "pricing"
    enter: { now: pricing-hint, later: pricing-hour }
    stage: consideration
    group: browse
    priority: 50
    re_entry: { after: 14d }
    journey: pricing-hesitation
journeys:
  pricing-hesitation:
    goal: { event: purchase, within: 7d }
    exit_on: [purchase, responded, unsubscribed]
    steps:
      - { id: pricing-hint, layer: immediate, from: moment, after: 0s, before: 10s, channels: [onsite], message: pricing-hint }
      - { id: pricing-hour, layer: re-engagement, from: entry, after: 1h, before: 4h, channels: [email], message: pricing-hour }
messages:
  pricing-hint:
    purpose: service
    onsite: { look: card, title: "Not sure which plan?", body: Compare them in one minute. }
    action: { label: Compare plans, link: /pricing }
  pricing-hour:
    topic: product-news
    subject: The plans side by side
    blocks:
      - { id: hook, text: "What each plan is for, in one table." }
    action: { label: See plans, link: /pricing }
`;
