import { type Compile, conditionsFor } from "../../decide/conditions.ts";
import type { SiteFile } from "../schema/site-file.ts";
import { addresses } from "./addresses.ts";
import { agedData } from "./aged.ts";
import { answers } from "./answers.ts";
import { audiences } from "./audiences.ts";
import { conditions } from "./conditions.ts";
import { deadBranches, unused } from "./dead.ts";
import { destinations } from "./destinations.ts";
import { discounts } from "./discounts.ts";
import { emptyBlocks } from "./empty.ts";
import { experiments, inArms } from "./experiments.ts";
import { neverFires } from "./fires.ts";
import { messageForms } from "./forms.ts";
import { limits } from "./limits.ts";
import { names } from "./names.ts";
import { offers } from "./offers.ts";
import { pages } from "./pages.ts";
import { presence } from "./presence.ts";
import { claimsFromData, urgency } from "./promises.ts";
import { easyToRead } from "./reading-ease.ts";
import { references } from "./references.ts";
import { reports } from "./reports.ts";
import type { Found, Rule, Site } from "./rule.ts";
import { silence } from "./silence.ts";
import { steps } from "./steps.ts";
import { templates } from "./templates.ts";
import { voice } from "./voice.ts";
import { windows } from "./windows.ts";

/** What holds for triggers, journeys and messages as they are written, and in every arm of an experiment. */
const pieces: readonly Rule[] = [
  references,
  answers,
  names,
  conditions,
  neverFires,
  deadBranches,
  steps,
  presence,
  messageForms,
  templates,
  emptyBlocks,
  urgency,
  claimsFromData,
  agedData,
  voice,
  easyToRead,
  discounts,
  offers,
  limits,
];

const whole: readonly Rule[] = [audiences, pages, destinations, reports, addresses, silence, unused, experiments, windows];

/** What the shape of a site file alone cannot say. */
export function meaningMistakes(file: SiteFile): Found[] {
  const site: Site = { file, look: file, compile: remembering(conditionsFor(file)) };
  const found = pieces.flatMap((rule) => [...rule(site)]);
  return [...whole.flatMap((rule) => [...rule(site)]), ...found, ...inArms(site, pieces, found)];
}

/** Several rules look at one condition. */
function remembering(compile: Compile): Compile {
  const known = new Map<string, ReturnType<Compile>>();
  return (source) => {
    const made = known.get(source) ?? compile(source);
    known.set(source, made);
    return made;
  };
}
