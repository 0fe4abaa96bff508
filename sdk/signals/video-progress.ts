import { isIgnored } from "./ignore.ts";
import type { Observe } from "./page.ts";
import { isDemo, videoName } from "./video.ts";

const shares = [1, 0.8, 0.75, 0.5, 0.25];
/** Players are a moment late or early at the end. */
const endSeconds = 1;
const endShare = 0.05;
const lateMs = 100;
/** A video that plays tells its time four times a second: it is listened to again that long before its next step. */
const aheadMs = 500;
const mostRestMs = 5000;

interface Showing {
  src: string;
  atSeconds: number;
  said: number;
  /** Seconds of the present run, when the video had been watched to the end before. */
  againSeconds?: number;
}

/** What this document has played of it, also before anybody watched; what was skipped is not in it, what came twice counts once. */
const playedSeconds = ({ played }: HTMLVideoElement) => {
  let seconds = 0;
  for (let i = 0; i < played.length; i++) seconds += played.end(i) - played.start(i);
  return seconds;
};

/** Moving pictures behind a text are no video that anybody chose to watch. */
const isWallpaper = ({ autoplay, muted, controls }: HTMLVideoElement) => autoplay && muted && !controls;

export const observeVideoProgress: Observe = ({ startMs, emit, listen }) => {
  const showings = new WeakMap<Element, Showing>();

  /** Returns for how long nothing can come of it. */
  const look = (video: HTMLVideoElement, type?: string): number => {
    const { localName, duration, currentTime, currentSrc, loop, playbackRate } = video;
    if (localName !== "video" || !(duration < Infinity) || isWallpaper(video) || isIgnored(video)) return mostRestMs;
    const needSeconds = (share: number) => (share < 1 ? share * duration : duration - Math.min(endSeconds, endShare * duration));
    const isWhole = (seconds: number) => seconds >= needSeconds(1);

    let showing = showings.get(video);
    if (showing?.src !== currentSrc) {
      // Seen whole before, and begun anew.
      const wasWhole = currentTime < duration / 2 && isWhole(playedSeconds(video));
      showing = { src: currentSrc, atSeconds: currentTime, said: wasWhole ? 1 : 0 };
      showings.set(video, showing);
    }
    const { atSeconds, said } = showing;
    showing.atSeconds = currentTime;
    // Once: a video that goes round by itself, or for a third time, tells nothing more.
    if (said === 1 && !loop && showing.againSeconds === undefined && currentTime < duration / 2) {
      showing.said = showing.againSeconds = 0;
    }
    if (type === "seeking") return 0;

    let seconds = showing.againSeconds;
    if (seconds === undefined) seconds = playedSeconds(video);
    else showing.againSeconds = seconds += Math.max(0, currentTime - atSeconds);
    const share = shares.find((step) => seconds >= needSeconds(step)) ?? 0;
    const again = showing.againSeconds !== undefined;
    const next = shares.findLast((step) => step > share);
    const nextMs = next ? (1000 * (needSeconds(next) - seconds)) / (playbackRate || 1) - aheadMs : mostRestMs;
    const restMs = again ? 0 : Math.min(mostRestMs, Math.max(0, nextMs));
    if (share <= showing.said) return restMs;
    showing.said = share;
    const name = videoName(video);
    emit({ kind: "video_progress", video: name, share, ...(isDemo(video, name) && { demo: true }), ...(again && { again }) });
    return restMs;
  };
  listen(document, "timeupdate seeking ended", ({ type, target }) => look(target as HTMLVideoElement, type));
  // Who comes late finds what was watched till then; at the begin of a view that was told with the view before.
  if (performance.now() - startMs > lateMs) for (const video of document.querySelectorAll("video")) look(video);
};
