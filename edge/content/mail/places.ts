/** Where an output of a layout stands in its HTML. */
export interface Place {
  /** What is between its braces. */
  output: string;
  where: "text" | "attribute" | "style" | "elsewhere";
  /** Of an attribute: its name in small letters, and whether the output is all of its value, within quotes. */
  attribute?: string;
  isWhole?: boolean;
}

/** Of no script: it stands for an output while the HTML around it is read. */
const mark = "\ue000";
/** Mail programs of Microsoft read what stands between these as HTML. */
const conditional = /<!--\[if[^\]]*\]>(<!-->)?|<!--<!\[endif\]-->|<!\[endif\]-->/g;

/** Every output of a layout and its place, as a browser would read the HTML around it. */
export function placesOf(html: string): Place[] {
  const outputs: string[] = [];
  const text = html
    .replaceAll(mark, " ")
    .replace(/\{%.*?%\}/gs, " ")
    .replace(/\{\{-?(.*?)-?\}\}/gs, (_, output: string) => `${mark}${outputs.push(output.trim()) - 1}${mark}`)
    .replace(conditional, " ");
  const places: Place[] = [];
  const see = (part: string, place: Omit<Place, "output">): void => {
    for (const [, index] of part.matchAll(/\ue000(\d+)\ue000/g)) places.push({ output: outputs[Number(index)] ?? "", ...place });
  };
  let at = 0;
  const until = (end: string): string => {
    const found = text.indexOf(end, at);
    const part = text.slice(at, found < 0 ? text.length : found);
    at = found < 0 ? text.length : found + end.length;
    return part;
  };
  const next = (pattern: RegExp): string => {
    const sticky = new RegExp(pattern, "y");
    sticky.lastIndex = at;
    const [found = ""] = sticky.exec(text) ?? [];
    at += found.length;
    return found;
  };

  function tag(): void {
    const name = next(/<\/?[a-z][^\s/>]*/i).toLowerCase();
    see(name, { where: "elsewhere" });
    while (at < text.length && text[at] !== ">") {
      if (next(/[\s/]+/)) continue;
      const attribute = next(/[^\s=>/]+/).toLowerCase() || next(/./s);
      see(attribute, { where: "elsewhere" });
      if (!next(/\s*=\s*/)) continue;
      const quote = next(/["']/);
      const value = quote ? until(quote) : next(/[^\s>]+/);
      see(value, { where: quote ? "attribute" : "elsewhere", attribute, isWhole: /^\ue000\d+\ue000$/.test(value) });
    }
    at++;
    if (name === "<style") see(until("</style"), { where: "style" });
    if (name === "<script") see(until("</script"), { where: "elsewhere" });
  }

  while (at < text.length) {
    if (text.startsWith("<!--", at)) see(until("-->"), { where: "elsewhere" });
    else if (/^<\/?[a-z]/i.test(text.slice(at, at + 3))) tag();
    else see(next(/<?[^<]*/), { where: "text" });
  }
  return places;
}
