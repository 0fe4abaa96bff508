import { watchInView } from "./in-view.ts";
import type { Observe } from "./page.ts";
import { videoName, videos } from "./video.ts";

const unplayedMs = 10_000;

/** Into the frame of another site's player nobody sees; whoever pressed something in it has left the focus there. */
const isPlayed = (element: Element): boolean => {
  const video = element.querySelector("video") ?? element;
  return (video instanceof HTMLVideoElement && video.played.length > 0) || element.contains(document.activeElement);
};

export const observeVideoUnplayed: Observe = (page) =>
  watchInView(page, {
    selector: videos,
    nameOf: videoName,
    stepsMs: [unplayedMs],
    reached: (video, in_view_ms, element) => {
      if (element && !isPlayed(element)) page.emit({ kind: "video_unplayed", video, in_view_ms });
    },
  });
