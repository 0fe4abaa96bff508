// What is asked of Cusp before it has loaded waits in the queue.
globalThis.cusp ??= (...command) => {
  globalThis.cusp.q ??= [];
  globalThis.cusp.q.push(command);
};

// The panel is a module and comes late; it must not miss the first signals.
globalThis.cuspHeard = { past: [] };
for (const what of ["signal", "moment", "flush"]) {
  globalThis.cusp("on", what, (value) => {
    const heard = { what, value, realAtMs: globalThis.cuspClock.real() };
    if (globalThis.cuspHeard.tell) globalThis.cuspHeard.tell(heard);
    else globalThis.cuspHeard.past.push(heard);
  });
}

// The panel can take the network away from what the page tells, and from nothing else.
{
  const { fetch: through } = globalThis;
  const isCut = (to) =>
    sessionStorage.getItem("demo-network") === "false" && new URL(to, location.href).pathname === "/v1/batches";
  globalThis.fetch = (to, init) => (isCut(to) ? Promise.reject(new TypeError("the network is off")) : through(to, init));
  const beacon = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (to, body) => !isCut(to) && beacon(to, body);
}
