// What is used of mjml, which brings no types.
declare module "mjml" {
  const mjml: (
    source: string,
    options: Record<string, unknown>,
  ) => Promise<{ html: string; errors: { line: number; message: string; tagName: string }[] }>;
  export default mjml;
}
