/** What somebody may write who signs up under a name, by what they hope for. */
export const hostileTexts: Readonly<Record<string, string>> = {
  "a script": "<script>alert(1)</script>",
  "a tag with a handler": '"><img src=x onerror=alert(1)>',
  "a tag that an SVG holds": "<svg/onload=alert(1)>",
  "HTML that is escaped already": "&lt;script&gt;&#x3c;script&#62;",
  "a comment that is not closed": "<!--",
  "the end of a style": "</style><style>*{display:none}",
  "nested quotes": `'"\`'"'"\`"`,
  "an attribute": `x" autofocus onfocus="alert(1)`,
  "a Liquid output": "{{ 7 | times: 7 }}",
  "an expression of another language": "{{7*7}}$" + "{7*7}<%= 7*7 %>#{7*7}",
  "a Liquid tag": "{% if true %}yes{% endif %}",
  "raw Liquid": "{% raw %}{{ x }}{% endraw %}",
  "Liquid that reads what it must not": "{{ constructor }}{{ __proto__ }}",
  "a loop": "{% for i in (1..999999999) %}x{% endfor %}",
  "a header": "Ann\r\nBcc: everybody@shop.example",
  "a header with a bare line feed": "Ann\nContent-Type: text/html\n\n<b>",
  "line ends of Unicode": "Ann\u2028Bcc: x\u2029\u0085y",
  "text turned around": "Ann\u202Egpj.exe",
  "isolates left open": "\u2066Ann\u2067\u2068",
  "zero width": "che\u200Bap \u2060\uFEFFAnn\u00AD",
  "invisible tags": "Ann\u{E0041}\u{E0042}\u{E007F}",
  "null bytes and escapes": "Ann\u0000\u0007\u001B[31m",
  "half a character": "Ann\uD83D",
  "the other half": "\uDE00Ann",
  "very long": "A".repeat(256),
  "very long in emoji": "👨‍👩‍👧‍👦".repeat(23),
  "a family of emoji": "👩🏽‍🚀🏳️‍🌈",
  "marks upon marks": `Z${"\u0351\u036B\u0343".repeat(40)}`,
  "letters of another alphabet": "раураl.com",
  "a javascript address": "javascript:alert(document.cookie)",
  "a data address": "data:text/html;base64,PHNjcmlwdD4=",
  "an address elsewhere": "https://evil.example/?a='b'",
  "an address without a scheme": "//evil.example/x",
  "an address with backslashes": "/\\evil.example",
  "an address with a user": "https://shop.example@evil.example/",
  "a way up": "../../../account/delete",
  "a tag of ours": "x?cusp_m=msg_other_1#",
  "an invitation": "You won! Claim it: evil.example/win",
  "a phone number": "Call +33 6 12 34 56 78 now",
  "an e-mail address": "ann@evil.example",
  SQL: "'; DROP TABLE profile; --",
  "a formula": '=HYPERLINK("https://evil.example")',
  "a name of an object": "__proto__",
  JSON: '","content":{"subject":"x"},"y":"',
  "nothing but spaces": " \t\u00A0\u3000 ",
};

/** What no JSON of the API brings, should it be there all the same. */
export const hostileValues: Readonly<Record<string, unknown>> = {
  ...hostileTexts,
  "more than a number can be": JSON.parse("1e309"),
  "no number": Number.NaN,
  "minus nothing": -0,
  "a list": ["<b>", ["x"]],
  "an object with a prototype": JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
  "an object that says it is a text": { toString: () => "<script>", length: 3 },
  "a function": () => "<script>",
  nothing: null,
  "not there": undefined,
  "a yes": true,
};

/** Ends a line or a header, turns text around, hides, or is half a character. */
export const harmful =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

/** All texts in a value, however deep. */
export const textsIn = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, one]) => [key, ...textsIn(one)])
      : [];
