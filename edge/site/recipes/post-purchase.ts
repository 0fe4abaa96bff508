export const postPurchase = `
# Somebody who has just bought reads on, or looks for the small print: help before the first question.
pages:
  order: { match: [/order*, /thank*] }
triggers:
  after-purchase:
    on: [post_purchase]
    enter: { now: first-steps, later: first-steps }
    stage: ownership
    class: emotional
    group: ownership
    priority: 40
    re_entry: { after: 7d }
    journey: post-purchase
journeys:
  post-purchase:
    exit_on: [responded, unsubscribed]
    steps:
      - { id: first-steps, layer: re-engagement, from: entry, after: 1h, before: 4h, channels: [email], message: first-steps }
      - { id: next-day, layer: reinforcement, from: entry, after: 20h, before: 24h, channels: [email], message: next-day }
messages:
  first-steps:
    purpose: service
    subject: What happens next
    blocks:
      - { id: hook, text: "When it ships, where to follow it, and how to change something about it." }
    action: { label: Help with my order, link: /help }
  next-day:
    purpose: service
    subject: Everything in order?
    blocks:
      - { id: hook, text: "If anything is not as you expected, a reply to this e-mail reaches us." }
    action: { label: Help with my order, link: /help }
`;
