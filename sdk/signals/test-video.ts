import { vi } from "vitest";

interface Given {
  attributes?: string;
  seconds?: number;
  src?: string;
}

/** A video that plays as a browser's does: the time of the test moves on, and what was played is remembered. jsdom has none. */
export function addVideo({ attributes = "", seconds = 100, src = "https://cdn.test/tour.mp4?sig=secret" }: Given = {}) {
  document.body.insertAdjacentHTML("beforeend", `<div><video ${attributes}></video></div>`);
  const video = [...document.querySelectorAll("video")].at(-1) as HTMLVideoElement;
  const played: boolean[] = [];
  let atSeconds = 0;
  let address = src;
  Object.defineProperties(video, {
    duration: { get: () => seconds },
    currentTime: { get: () => atSeconds },
    currentSrc: { get: () => address },
    played: { get: () => ({ length: played.length, start: (i: number) => i, end: (i: number) => i + (played[i] ? 1 : 0) }) },
  });
  const tell = (type: string) => video.dispatchEvent(new Event(type));
  return {
    video,
    play: (toSeconds: number) => {
      while (atSeconds < toSeconds) {
        played[atSeconds++] = true;
        vi.advanceTimersByTime(1000);
        tell("timeupdate");
      }
    },
    seek: (toSeconds: number) => {
      atSeconds = toSeconds;
      tell("seeking");
      tell("timeupdate");
    },
    load: (other: string) => {
      address = other;
      atSeconds = 0;
      played.length = 0;
    },
  };
}
