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
