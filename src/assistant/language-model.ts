/** What we need of the binding `AI` of Workers AI. Left out of `wrangler.toml` it costs nothing, and is not in `Env`. */
export type LanguageModel = {
  run(
    model: string,
    input: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;
};

export function isLanguageModel(value: unknown): value is LanguageModel {
  return typeof value === "object" && value !== null && "run" in value && typeof value.run === "function";
}
