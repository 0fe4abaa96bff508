import { expect, test } from "vitest";
import { stubInView } from "./test-in-view.ts";
import { openTestPage } from "./test-page.ts";
import { addVideo } from "./test-video.ts";
import { observeVideoUnplayed } from "./video-unplayed.ts";

const page = openTestPage();
const unplayed = (video: string) => ({ kind: "video_unplayed", video, in_view_ms: 10_000 });

test("a video that stands in view for 10 s and is not played says so once", async () => {
  const { show } = stubInView();
  const { video } = addVideo({ attributes: 'id="tour"' });
  page.watch(observeVideoUnplayed);
  show(video, 1);
  await page.pass(9900);
  expect(page.said).toEqual([]);
  await page.pass(60_000);
  expect(page.said).toEqual([unplayed("tour")]);
});

test("a video that was played, however little, was not left", async () => {
  const { show } = stubInView();
  const { video, play } = addVideo();
  page.watch(observeVideoUnplayed);
  show(video, 1);
  await page.pass(9000);
  play(2);
  await page.pass(60_000);
  expect(page.said).toEqual([]);
});

test("a player in a frame stands for a video, and is played once it has the focus", async () => {
  const { show } = stubInView();
  document.body.innerHTML = `<div data-cusp-video="tour"><iframe tabindex="0"></iframe></div>
    <div data-cusp-video="pour"><iframe tabindex="0"></iframe></div>`;
  const [tour, pour] = document.querySelectorAll("div");
  page.watch(observeVideoUnplayed);
  show(tour as Element, 1);
  show(pour as Element, 1);
  pour?.querySelector("iframe")?.focus();
  await page.pass(11_000);
  expect(page.said).toEqual([unplayed("tour")]);
});

test("a marked box and the video in it are one", async () => {
  const { show, watching } = stubInView();
  const { video, play } = addVideo();
  video.parentElement?.setAttribute("data-cusp-video", "tour");
  page.watch(observeVideoUnplayed);
  expect([...watching.keys()]).toEqual([video.parentElement]);
  play(1);
  show(video.parentElement, 1);
  await page.pass(11_000);
  expect(page.said).toEqual([]);
});

test("half a video is in view, less is not", async () => {
  const { show } = stubInView();
  const first = addVideo().video;
  const second = addVideo().video;
  page.watch(observeVideoUnplayed);
  show(first, 0.5);
  show(second, 0.45);
  await page.pass(11_000);
  expect(page.said).toEqual([unplayed("video1")]);
});
