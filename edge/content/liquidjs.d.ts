// What this stage uses of liquidjs. Its own declarations bring Node's types with them, and edge code could then call `process`
// unnoticed.
interface FilterThis {
  context: { getSync(path: string[]): unknown };
}

type Filter = (this: FilterThis, value: unknown, ...args: unknown[]) => unknown;

export type Template = { readonly token: unknown };

export class Liquid {
  constructor(options: Record<string, unknown>);
  readonly tags: Record<string, unknown>;
  readonly renderer: { renderTemplates(templates: Template[], ...rest: unknown[]): Generator<unknown, unknown, unknown> };
  readonly filters: Record<string, Filter | { handler: Filter }>;
  registerFilter(name: string, filter: Filter): void;
  parse(source: string): Template[];
  renderSync(template: Template[], scope: object): unknown;
  globalFullVariablesSync(template: Template[]): string[];
}
