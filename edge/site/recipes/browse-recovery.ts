export const browseRecovery = `
# Somebody compared products or turned to leave one, and has nothing in the cart.
pages:
  product: { match: [/p/*, /product/*, /products/*], key: true }
triggers:
  browse-left:
    on: [exit, comparison]
    when: page.type == "product" && cart.count == 0 && !checkout.active
    enter: { now: browse-hour, later: browse-hour }
    stage: consideration
    group: browse
    priority: 30
    re_entry: { after: 14d }
    journey: browse-recovery
journeys:
  browse-recovery:
    goal: { event: purchase, within: 7d }
    exit_on: [purchase, responded, unsubscribed]
    steps:
      - { id: browse-hour, layer: re-engagement, from: entry, after: 1h, before: 4h, channels: [email], message: browse-hour }
      - { id: browse-day, layer: reinforcement, from: entry, after: 20h, before: 24h, channels: [email], message: browse-day }
messages:
  browse-hour:
    topic: product-news
    subject: What you were looking at
    blocks:
      - { id: hook, text: "The products you compared are one click away, and so are we if you have a question." }
    action: { label: Back to the shop, link: / }
  browse-day:
    topic: product-news
    subject: A second look
    blocks:
      - { id: hook, text: "Not what you were looking for? Tell us what it should do, and we will find it." }
    action: { label: Back to the shop, link: / }
`;
