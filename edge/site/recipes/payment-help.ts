export const paymentHelp = `
# A payment failed, and two minutes later it is still not paid. With a destination for \`chat\`, put chat before onsite.
pages:
  checkout: { match: [/checkout*], key: true }
triggers:
  payment-failed:
    on: [checkout_stall]
    when: checkout.active && checkout.payment_failures >= 1
    for: 2m
    enter: { now: payment-hint, later: payment-hint }
    stage: conversion
    class: emotional
    group: help
    priority: 100
    re_entry: always
    journey: payment-help
journeys:
  payment-help:
    goal: { event: purchase, within: 1h }
    exit_on: [purchase, dismissed]
    steps:
      - { id: payment-hint, layer: immediate, from: moment, after: 0s, before: 30s, channels: [onsite], message: payment-help }
messages:
  payment-help:
    purpose: service
    onsite: { look: card, title: "Payment trouble?", body: Your cart is safe. Try another card or another way to pay. }
    action: { label: Try another way to pay, link: /checkout }
`;
