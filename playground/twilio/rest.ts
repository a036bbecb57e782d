import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { RestExchange } from "./account.ts";
import { badRequest } from "./errors.ts";
import type { Params } from "./params.ts";

/** What the stand-in's server hands to its routes. */
export type Rest = { Bindings: HttpBindings; Variables: { params: Params; exchange: RestExchange } };

const DEFAULT_PAGE = 50;
const MAX_PAGE = 100;

/**
 * One page of a list with Twilio's `meta`. The page token names the last item seen, so that what is added meanwhile moves
 * nothing. `origin` is the stand-in's URL.
 */
export function pageOf<T extends { readonly sid: string }>(
  c: Context<Rest>,
  origin: string,
  key: string,
  items: readonly T[],
  render: (item: T) => unknown,
  maxPage = MAX_PAGE,
): Record<string, unknown> {
  const params = c.get("params");
  const wanted = params.count("PageSize") ?? Math.min(DEFAULT_PAGE, maxPage);
  if (wanted < 1) throw badRequest("PageSize must be at least 1", 40153);
  const size = Math.min(wanted, maxPage);
  const page = params.count("Page") ?? 0;
  const token = params.text("PageToken");
  const last = token === undefined ? -1 : items.findIndex(({ sid }) => `PA${sid}` === token);
  if (token !== undefined && last < 0) throw badRequest("Invalid PageToken", 40153);
  const start = token === undefined ? page * size : last + 1;
  const shown = items.slice(start, start + size);
  const end = shown.at(-1);
  const more = end !== undefined && start + size < items.length;
  const address = (number: number, after?: string): string => {
    const url = new URL(c.req.path, origin);
    for (const [name, value] of new URL(c.req.url).searchParams) {
      if (!["Page", "PageSize", "PageToken"].includes(name)) url.searchParams.append(name, value);
    }
    url.searchParams.set("PageSize", String(size));
    url.searchParams.set("Page", String(number));
    if (after !== undefined) url.searchParams.set("PageToken", after);
    return url.href;
  };
  return {
    meta: {
      page,
      page_size: size,
      first_page_url: address(0),
      previous_page_url: page > 0 ? address(page - 1) : null,
      url: address(page, token),
      next_page_url: more ? address(page + 1, `PA${end.sid}`) : null,
      key,
    },
    [key]: shown.map(render),
  };
}
