const width = 30;

/** A bar on the terminal of a person who waits; into a pipe or a file nothing. */
export function openProgress(json: boolean, what: string): { show: (share: number) => void; end: () => void } {
  const { stderr, env } = process;
  if (json || !stderr.isTTY || env.NO_COLOR) return { show: () => undefined, end: () => undefined };
  return {
    show(share) {
      const full = Math.round(width * share);
      stderr.write(`\r${what} ${"█".repeat(full)}${"░".repeat(width - full)} ${Math.floor(100 * share)} %`);
    },
    end: () => void stderr.write("\r\u001b[K"),
  };
}
