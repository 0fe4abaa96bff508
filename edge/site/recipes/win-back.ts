export const winBack = `
# Somebody who was close leaves: as soon as the moment was strong, against everybody the next day at once, and against nothing.
triggers:
  win-back:
    on: [exit, comparison, repeat_funnel]
    when: visitor.returning && page.key && !checkout.active
    enter: { now: win-soon, later: win-hour }
    stage: consideration
    group: browse
    priority: 20
    re_entry: { after: 30d }
    journey: win-back
journeys:
  win-back:
    goal: { event: purchase, within: 7d }
    exit_on: [purchase, responded, unsubscribed]
    steps:
      - { id: win-soon, layer: immediate, from: left, after: 3m, before: 15m, channels: [email], message: win-back }
      - { id: win-hour, layer: re-engagement, from: entry, after: 1h, before: 4h, channels: [email], message: win-back }
      - { id: win-day, layer: reinforcement, from: entry, after: 20h, before: 24h, channels: [email], message: win-back-day }
messages:
  win-back:
    topic: product-news
    subject: We kept your place
    blocks:
      - { id: hook, text: "What you came back for is one click away." }
    action: { label: Back to the shop, link: / }
  win-back-day:
    topic: product-news
    subject: A second look
    blocks:
      - { id: hook, text: "If a question is in the way, a reply to this e-mail reaches us." }
    action: { label: Back to the shop, link: / }
experiments:
  win-back-timing:
    patch: triggers.win-back
    by: person
    arms:
      intensity: { weight: 45, set: {} }
      blanket: { weight: 45, set: { enter: { now: win-day, later: win-day } } }
      control: { weight: 10, set: { send: nothing } }
    metric: goal
    also: [revenue_per_person, time_to_goal]
    guardrails: [unsubscribed, complained]
    stop: { min_days: 14, min_per_arm: 400 }
`;
