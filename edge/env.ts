import type { AddressObject } from "./objects/address.ts";
import type { EndpointObject } from "./objects/endpoint.ts";
import type { PersonObject } from "./objects/person.ts";
import type { SiteObject } from "./objects/site.ts";

/** Bindings of the Worker. Secrets of destinations are further members, by the names that the site file gives them. */
export interface Env {
  PERSON: DurableObjectNamespace<PersonObject>;
  SITE: DurableObjectNamespace<SiteObject>;
  ADDRESS: DurableObjectNamespace<AddressObject>;
  ENDPOINT: DurableObjectNamespace<EndpointObject>;
  /** The files of the browser library. */
  SCRIPTS: Fetcher;
  /** Copies of site files near every isolate. Optional: without it a cold isolate waits for the Site object. */
  SITES?: KVNamespace;
  /** Where this edge is reached from outside, like https://edge.example: for links in messages. Without it they carry none. */
  EDGE_URL?: string;
  /** At least 32 bytes: signs passes and site keys. Without it the edge answers 503. */
  EDGE_SECRET?: string;
  /** At least 32 bytes: opens /v1/admin, and makes tokens for sites. Without it /v1/admin answers 503. */
  ADMIN_TOKEN?: string;
}

/** Names of objects: always under their site, so that two sites on one edge never share a person. */
export const objectName = (site: string, kind: "v" | "u" | "a" | "site" | "endpoint", id: string): string =>
  `${site}/${kind}:${encodeURIComponent(id)}`;
