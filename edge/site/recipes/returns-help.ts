export const returnsHelp = `
# Somebody read the returns policy and turned to leave: help, there and then.
pages:
  returns: { match: [/return*, /help/return*] }
triggers:
  returns-doubt:
    on: [reassurance]
    when: moment.evidence.exit > 0.0 && !session.comparing
    enter: { now: returns-hint, later: returns-hint }
    stage: consideration
    class: intent
    group: help
    priority: 60
    re_entry: { after: 24h }
    journey: returns-help
journeys:
  returns-help:
    goal: { event: purchase, within: 1d }
    exit_on: [purchase, dismissed, responded]
    steps:
      - { id: returns-hint, layer: immediate, from: moment, after: 0s, before: 10s, channels: [onsite], message: returns-help }
messages:
  returns-help:
    purpose: service
    onsite: { look: inline, title: "Need help with returns?", body: We've got you covered. }
    action: { label: How returns work, link: /returns }
`;
