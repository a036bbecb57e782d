import { parseHTML } from "linkedom";

/** A page of the desk as it was answered. */
export type DeskPage = { readonly url: string; readonly document: Document };

/** Somebody in front of the desk, without a browser: keeps cookies, follows links, fills in forms. */
export class DeskVisitor {
  readonly #cookies = new Map<string, string>();

  /** Opens an address, as a frame in Flex does; follows redirects. */
  async open(url: string): Promise<DeskPage> {
    return this.#ask(url, {});
  }

  /** Submits the form that has this button, with `changes` to what stands in it; follows redirects. */
  async press(page: DeskPage, button: string, changes: Readonly<Record<string, string>> = {}): Promise<DeskPage> {
    const pressed = [...page.document.querySelectorAll("button")].find((one) => one.textContent?.trim() === button);
    const form = pressed?.closest("form") ?? page.document.querySelector(`form#${pressed?.getAttribute("form")}`);
    if (!pressed || !form) throw new Error(`there is no button "${button}"`);
    const values = { ...valuesOf(form, page.document), ...changes };
    const body = new URLSearchParams(values);
    const name = pressed.getAttribute("name");
    if (name) body.set(name, pressed.getAttribute("value") ?? "");
    const url = new URL(form.getAttribute("action") ?? page.url, page.url).href;
    return this.#ask(url, { method: "POST", body, headers: { Origin: new URL(url).origin } });
  }

  async #ask(url: string, init: RequestInit): Promise<DeskPage> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, headers: { ...init.headers, cookie }, redirect: "manual" });
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.#cookies.set(name, value);
    }
    const next = response.headers.get("location");
    if (next !== null) return this.#ask(new URL(next, url).href, {});
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${new URL(url).pathname} was answered ${response.status}: ${text.slice(0, 200)}`);
    return { url, document: parseHTML(text).document as unknown as Document };
  }
}

/** What a browser would send of a form. */
function valuesOf(form: Element, document: Document): Record<string, string> {
  const id = form.getAttribute("id");
  const elsewhere = id ? [...document.querySelectorAll(`[form="${id}"]`)] : [];
  const controls = [...form.querySelectorAll("input, select, textarea"), ...elsewhere];
  return Object.fromEntries(
    controls.flatMap((control) => {
      const name = control.getAttribute("name");
      const value = sentOf(control);
      return name === null || value === null ? [] : [[name, value] as const];
    }),
  );
}

/** What is sent of a control; null for what is not: buttons, and boxes without a tick. */
function sentOf(control: Element): string | null {
  const type = control.getAttribute("type");
  switch (control.localName) {
    case "textarea":
      return control.textContent ?? "";
    case "select":
      return (
        (control.querySelector("option[selected]") ?? control.querySelector("option"))?.getAttribute("value") ?? ""
      );
    case "input":
      if ((type === "checkbox" || type === "radio") && !control.hasAttribute("checked")) return null;
      return control.getAttribute("value") ?? "";
    default:
      return null;
  }
}
