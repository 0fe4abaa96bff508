import { expect, test } from "vitest";
import { layouts } from "./layout.ts";
import { layoutMistake } from "./layout-mistake.ts";
import { full } from "./samples.ts";

const origins = ["https://shop.example"];
const wayOut = '<p>{% if unsubscribe_url %}<a href="{{ unsubscribe_url }}">Leave</a>{% endif %}</p>';
const mistake = (html: string) => layoutMistake(html + wayOut, origins)?.message;

test("a layout may name what every mail has, and go through blocks and their items", () => {
  expect(
    mistake(`<style>a { color: {{ brand.colour }} }</style><a href="{{ '/help' | link }}" title="{{ subject }}">{{ brand.name }}</a>
      {% for block in blocks %}<p>{{ block.text }}</p>{% for item in block.items %}<img src="{{ item.image_url }}">{% endfor %}{% endfor %}
      {% if offer.code %}<td style="color: {{ brand.ink }}">{{ offer.code }}</td>{% endif %}<!--[if mso]><b>{{ subject }}</b><![endif]-->`),
  ).toBeUndefined();
});

test.each([
  ["{{ subjekt }}", "there is no value `subjekt` for a layout"],
  ["{{ offer.code }}", "not every mail has `offer`: put what names it between {% if offer %} and {% endif %}"],
  ["{{ profile.first_name }}", "there is no value `profile"],
  ["{{ subject | raw }}", "undefined filter: raw"],
  ["{% assign a = 1 %}", 'tag "assign" not found'],
  ["{% include 'x' %}", 'tag "include" not found'],
  ["{% raw %}x{% endraw %}", 'tag "raw" not found'],
  ["{% if subject %}", "tag {% if subject %} not closed"],
  ['<a href="{{ subject }}">x</a>', "is an address: put `| link` behind it"],
  ['<a href="https://shop.example/{{ subject }}">x</a>', "is an address"],
  ["<a href={{ action.url }}>x</a>", "within quotes"],
  ['<a onclick="{{ subject }}">x</a>', "what a mail program would run"],
  ['<td style="{{ subject }}">x</td>', "`style` may name brand.colour"],
  ["<style>{{ subject }}</style>", "styles may name brand.colour"],
  ["<script>{{ subject }}</script>", "in a text, or in an attribute"],
  ["<!-- {{ subject }} -->", "in a text, or in an attribute"],
  ["<p {{ subject }}>x</p>", "in a text, or in an attribute"],
  ["{{ 'https://evil.example/' | link }}", "leads off the site"],
  ["{% for a in (1..999999) %}{% for b in (1..999999) %}x{% endfor %}{% endfor %}", "limit exceeded"],
])("a layout with %s is refused", (html, message) => {
  expect(mistake(html)).toContain(message);
});

test("a layout that takes too long, or is too large, is refused", () => {
  expect(mistake(`${"{% for a in blocks %}".repeat(16)}x${"{% endfor %}".repeat(16)}`)).toContain("too many steps");
  expect(mistake("x".repeat(101 * 1024))).toContain("a mail has at most 100");
});

test("a layout without a way to unsubscribe is refused", () => {
  expect(layoutMistake("<p>{{ subject }}</p>", origins)?.message).toContain("no way to unsubscribe");
});

test("every output is escaped, and a tool that fills in templates of its own finds none in it", () => {
  const subject = `<b a='1' b="2">&amp; {{ secret }} {% x %} *|FNAME|* [[x]]`;
  const written = layouts(origins)("<p>{{ subject }}</p>")({ ...full, subject });
  expect(written.slice(3, -4)).not.toMatch(/[<>"'{}[\]|](?<!\])|&amp;amp;amp;/);
  expect(written).toContain("&amp;amp; ");
});
