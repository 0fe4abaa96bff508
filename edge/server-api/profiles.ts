import * as z from "zod";
import { askedFor } from "../admin/asked.ts";
import { type Env, objectName } from "../env.ts";
import { toldShape, userId } from "../ingest/told.ts";
import { pointerTo } from "../pointer.ts";
import { Refusal } from "../problem.ts";
import type { Told } from "../profile/told.ts";
import type { SiteConfig } from "../site/site-config.ts";

/** Of a request to the server API. */
export const maxBytes = 65_536;

export const body = z.strictObject({
  ...toldShape,
  visitor: z
    .string()
    .regex(/^[\w-]{22,64}$/, "must be the id of a visitor of the library")
    .exactOptional(),
});

const fits = (type: string, value: unknown): boolean =>
  type === "int"
    ? Number.isSafeInteger(value)
    : type === "double"
      ? Number.isFinite(value)
      : typeof value === (type === "bool" ? "boolean" : type);

function checkTraits({ traits: declared }: SiteConfig["file"], told: Told): void {
  for (const [name, value] of Object.entries(told.traits ?? {})) {
    const trait = Object.hasOwn(declared, name) ? declared[name] : undefined;
    const pointer = pointerTo(["traits", name]);
    if (!trait) throw new Refusal(422, "is not a trait of the site file: declare it under `traits`", { pointer });
    if (!fits(trait.type, value))
      throw new Refusal(422, `must be of the type that the site file says: ${trait.type}`, { pointer });
  }
}

/** `PUT /v1/profiles/:user`: what the site's server knows of a user. What is left out stays as it was. */
export function putProfiles({ PERSON }: Pick<Env, "PERSON">) {
  return async (request: Request, written: string, config: SiteConfig): Promise<object> => {
    const { site } = config.file;
    const user = userId.safeParse(written);
    if (!user.success) throw new Refusal(422, user.error.issues[0]?.message ?? "is not a user id");
    const { visitor, ...told } = await askedFor(request, body, maxBytes);
    checkTraits(config.file, told);
    if (visitor !== undefined) {
      const bound = await PERSON.getByName(objectName(site, "v", visitor)).bind(user.data, false);
      if (bound !== "here")
        throw new Refusal(409, "this visitor belongs to another user, or withdrew consent", { pointer: "/visitor" });
    }
    return await PERSON.getByName(objectName(site, "u", user.data)).tell(told);
  };
}
