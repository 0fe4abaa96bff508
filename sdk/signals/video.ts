import { redactName } from "../../contract/redact.ts";

const marked = "[data-cusp-video]";

/** What the site says is a video, with whatever is in it, and every other. */
export const videos = `${marked},video:not(${marked} *)`;

/** By the site's word, its id or its place; never by where it comes from. */
export function videoName(video: Element): string {
  const whole = video.closest(marked) ?? video;
  const place = [...document.querySelectorAll(videos)].indexOf(whole) + 1;
  return redactName(whole.getAttribute("data-cusp-video") || whole.id, `video${place}`);
}

/** Of the address of its file only this is asked: whether the file's name says "demo". */
export const isDemo = (video: HTMLVideoElement, name: string): boolean =>
  /demo/i.test(name) || /demo[^/]*$/i.test(video.currentSrc.replace(/[?#].*/, ""));
