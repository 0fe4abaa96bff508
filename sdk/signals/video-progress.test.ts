import { expect, test } from "vitest";
import { openTestPage } from "./test-page.ts";
import { addVideo } from "./test-video.ts";
import { observeVideoProgress } from "./video-progress.ts";

const page = openTestPage();
const shares = () => page.said.flatMap((said) => (said.kind === "video_progress" ? [said.share] : []));

test("a video played to its end says each step once", () => {
  page.watch(observeVideoProgress);
  addVideo().play(100);
  expect(shares()).toEqual([0.25, 0.5, 0.75, 0.8, 1]);
});

test("skipping ahead is not watching, and neither is watching one part twice", () => {
  page.watch(observeVideoProgress);
  const { play, seek } = addVideo();
  play(20);
  seek(90);
  play(96);
  expect(shares()).toEqual([0.25]);
  for (let i = 0; i < 5; i++) {
    seek(0);
    play(20);
  }
  expect(shares()).toEqual([0.25]);
  seek(20);
  play(90);
  expect(shares()).toEqual([0.25, 0.5, 0.75, 0.8]);
});

test("a video watched to the end and begun again says so", () => {
  page.watch(observeVideoProgress);
  const { play, seek } = addVideo({ attributes: 'id="tour"' });
  play(100);
  seek(0);
  play(30);
  expect(page.said.at(-1)).toEqual({ kind: "video_progress", video: "tour", share: 0.25, again: true });
});

test("a video that goes round and round, by itself or by hand, does not speak for ever", () => {
  page.watch(observeVideoProgress);
  for (const attributes of ["loop", ""]) {
    const { play, seek } = addVideo({ attributes });
    for (let i = 0; i < 10; i++) {
      play(100);
      seek(0);
    }
  }
  expect(shares()).toHaveLength(5 + 10);
});

test("an observer that comes late finds what was watched before it", () => {
  for (const seconds of [60, 100, 0]) addVideo().play(seconds);
  page.watch(observeVideoProgress, { beganMsAgo: 5000 });
  expect(shares()).toEqual([0.5, 1]);
});

test("a video that stays over a change of views is not told of twice, and begun again it is", () => {
  const { play, seek } = addVideo();
  page.watch(observeVideoProgress);
  play(100);
  page.said.length = 0;
  page.watch(observeVideoProgress);
  expect(page.said).toEqual([]);
  seek(0);
  play(30);
  expect(page.said).toEqual([{ kind: "video_progress", video: "video1", share: 0.25, again: true }]);
});

test("another film in the same element is another video", () => {
  page.watch(observeVideoProgress);
  const { play, load } = addVideo();
  play(100);
  load("https://cdn.test/next.mp4");
  play(30);
  expect(page.said.at(-1)).toEqual({ kind: "video_progress", video: "video1", share: 0.25 });
});

test.each([
  ['data-cusp-video="demo"', "x.mp4", "demo"],
  ['id="product-demo"', "x.mp4", "product-demo"],
  ["", "https://cdn.test/a/Demo_2026.mp4?t=1", "video1"],
])("a video is a demo by its mark, its name or its file: %s %s", (attributes, src, video) => {
  page.watch(observeVideoProgress);
  addVideo({ attributes, src }).play(30);
  expect(page.said).toEqual([{ kind: "video_progress", video, share: 0.25, demo: true }]);
});

test("neither a folder, nor a query, nor an address that ends in no file makes a demo or leaves the page", () => {
  page.watch(observeVideoProgress);
  for (const src of ["https://demo.test/demo/tour.mp4?demo=1", "", "blob:https://shop.test/123"]) addVideo({ src }).play(30);
  expect(page.said).toHaveLength(3);
  expect(JSON.stringify(page.said)).not.toMatch(/demo|secret|https|blob/);
});

test("wallpaper, a live stream, sound, and what the site hides are not watched", () => {
  page.watch(observeVideoProgress);
  const wallpaper = addVideo({ attributes: "autoplay loop" });
  Object.defineProperty(wallpaper.video, "muted", { value: true });
  wallpaper.play(100);
  addVideo({ seconds: Infinity }).play(100);
  addVideo({ seconds: NaN }).play(100);
  const { video, play } = addVideo();
  video.parentElement?.setAttribute("data-cusp-ignore", "");
  play(100);
  document.body.insertAdjacentHTML("beforeend", "<audio></audio>");
  document.querySelector("audio")?.dispatchEvent(new Event("timeupdate"));
  expect(page.said).toEqual([]);
});
