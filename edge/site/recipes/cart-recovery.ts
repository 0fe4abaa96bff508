export const cartRecovery = `
# Somebody leaves with things in the cart: soon if it was a near miss, in an hour if not, and once more the next day.
pages:
  cart: { match: [/cart*], key: true }
  checkout: { match: [/checkout*], key: true }
triggers:
  cart-exit:
    on: [exit]
    when: page.type == "cart" && cart.count > 0 && !checkout.active
    enter: { now: cart-soon, later: cart-hour }
    stage: conversion
    group: recovery
    priority: 80
    re_entry: { after: 7d }
    journey: cart-recovery
  cart-left:
    on: [cart_abandon]
    when: cart.count > 0
    enter: { now: cart-soon, later: cart-hour }
    stage: conversion
    group: recovery
    priority: 70
    re_entry: { after: 7d }
    journey: cart-recovery
journeys:
  cart-recovery:
    goal: { event: purchase, within: 5d }
    exit_on: [purchase, responded, unsubscribed, cart_emptied]
    steps:
      - { id: cart-soon, layer: immediate, from: left, after: 3m, before: 15m, channels: [email], message: cart-soon }
      - { id: cart-hour, layer: re-engagement, from: entry, after: 1h, before: 4h, channels: [email], message: cart-hour }
      - { id: cart-day, layer: reinforcement, from: entry, after: 20h, before: 24h, channels: [email], message: cart-day }
messages:
  cart-soon:
    topic: cart-reminders
    subject: Your cart is waiting
    blocks:
      - { id: hook, text: We kept everything as you left it. }
      - { id: items, list: cart.items, limit: 4 }
    action: { label: Return to cart, link: "{{ cart.restore_url }}" }
  cart-hour:
    topic: cart-reminders
    subject: Still thinking it over?
    blocks:
      - { id: hook, text: Your cart is as you left it. Any question is answered by a reply to this e-mail. }
      - { id: items, list: cart.items, limit: 4 }
    action: { label: Return to cart, link: "{{ cart.restore_url }}" }
  cart-day:
    topic: cart-reminders
    subject: One more look at your cart
    blocks:
      - { id: items, list: cart.items, limit: 4 }
    action: { label: Return to cart, link: "{{ cart.restore_url }}" }
`;
