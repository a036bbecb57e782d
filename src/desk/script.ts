/**
 * The desk's script, as it is sent to the browser. All pages work without it: it adds keys, the theme, copying, rows of forms,
 * the reader's own time zone, and the live chat. Texts only ever become text nodes.
 */
export const SCRIPT = `// @ts-check
"use strict";

/** @param {string} text for those who hear the page */
const announce = (text) => {
  const place = document.getElementById("announcement");
  if (place) place.textContent = text;
};

/** @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children */
const element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const wholeTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clockTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** @param {ParentNode} part whose times are put into the reader's time zone */
const localTimes = (part) => {
  for (const time of part.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    time.title = wholeTime.format(at);
    if ("clock" in time.dataset) time.textContent = clockTime.format(at);
  }
};

// The theme: a cookie, so that the next page comes in it at once.
document.querySelector("[data-switch-theme]")?.addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = isDark ? "light" : "dark";
  root.dataset.theme = theme;
  // In Flex the desk is in a frame of another site.
  const secure = location.protocol === "https:" ? "; SameSite=None; Secure; Partitioned" : "; SameSite=Lax";
  document.cookie = "desk-theme=" + theme + "; Path=/desk; Max-Age=31536000" + secure;
  announce(theme === "dark" ? "Dark" : "Light");
});

// Keys. Whoever does not want single keys turns them off in the list of keys; a browser may refuse us the memory of that.
const remembered = {
  get isOff() {
    try {
      return localStorage.getItem("desk-keys") === "off";
    } catch {
      return false;
    }
  },
  set isOff(off) {
    try {
      localStorage.setItem("desk-keys", off ? "off" : "on");
    } catch {
      // They stay on.
    }
  },
};
let keysAreOff = remembered.isOff;
const shortcuts = /** @type {HTMLDialogElement | null} */ (document.getElementById("shortcuts"));
const keysOn = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-shortcuts-on]"));
if (keysOn) {
  keysOn.checked = !keysAreOff;
  keysOn.addEventListener("change", () => {
    keysAreOff = !keysOn.checked;
    remembered.isOff = keysAreOff;
  });
}
document.querySelector("[data-shortcuts]")?.addEventListener("click", () => shortcuts?.showModal());

/** @param {number} step 1 for the next one, -1 for the one before */
const moveInList = (step) => {
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-row]")]);
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next]?.focus();
  return rows.length > 0;
};
/** @param {string} id */
const focusOn = (id) => {
  const place = document.getElementById(id);
  place?.focus();
  return place !== null;
};
/** @type {Record<string, () => unknown>} each says whether it did something */
const keys = {
  "/": () => focusOn("search"),
  "?": () => (shortcuts?.showModal(), true),
  j: () => moveInList(1),
  k: () => moveInList(-1),
  ArrowDown: () => document.activeElement?.matches("[data-row]") && moveInList(1),
  ArrowUp: () => document.activeElement?.matches("[data-row]") && moveInList(-1),
  e: () => focusOn("title"),
  n: () => focusOn("note"),
};
document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keysAreOff || shortcuts?.open) return;
  if (target.closest("input, textarea, select, [contenteditable]")) return;
  if (Object.hasOwn(keys, event.key) && keys[event.key]?.()) event.preventDefault();
});

// Copying. A frame may be forbidden the clipboard; the older way still works there.
/** @param {string} text */
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr-only";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
  return true;
};
document.addEventListener("click", async (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-copy]");
  if (!(button instanceof HTMLElement)) return;
  const copied = await copy(button.dataset.copy ?? "");
  announce(copied ? "Copied: " + (button.dataset.copyName ?? button.textContent) : "It could not be copied");
  for (const other of document.querySelectorAll("[data-copied]")) other.removeAttribute("data-copied");
  if (copied) button.setAttribute("data-copied", "");
  button.focus();
});

// Nobody leaves what they have typed by accident.
/** @type {Set<EventTarget | null>} forms that hold what is stored nowhere else */
const typedInto = new Set();
for (const form of document.querySelectorAll("form[data-guard]")) {
  form.addEventListener("input", () => typedInto.add(form));
}
document.addEventListener("submit", ({ target }) => typedInto.delete(target));
addEventListener("beforeunload", (event) => {
  if (typedInto.size > 0) event.preventDefault();
});

// Rows of the settings: a template has the next one, with # for its number.
for (const button of document.querySelectorAll("button[data-add]")) {
  if (!(button instanceof HTMLElement)) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const list = document.getElementById(button.dataset.add ?? "");
    const template = list?.querySelector("template");
    if (!list || !template) return;
    const row = document.createElement("div");
    const number = Date.now().toString();
    row.append(template.content.cloneNode(true));
    for (const part of row.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        const value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace("#", number));
      }
    }
    const made = row.firstElementChild;
    if (!made) return;
    list.append(made);
    /** @type {HTMLElement | null} */ (made.querySelector("input, textarea, select"))?.focus();
  });
}
document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-remove]");
  const row = button?.closest(".row");
  if (!row) return;
  const form = row.closest("form[data-guard]");
  if (form) typedInto.add(form);
  const next = row.parentElement?.parentElement?.querySelector("button[data-add]");
  row.remove();
  /** @type {HTMLElement | null | undefined} */ (next)?.focus();
  announce("Removed");
});
for (const button of document.querySelectorAll("[data-remove]")) button.removeAttribute("hidden");

// What is chosen here takes effect at once.
for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => /** @type {HTMLSelectElement} */ (select).form?.requestSubmit());
}

// The live chat.
const AUTHORS = { assistant: "Assistant", agent: "Agent", bridge: "Flexcord" };
const STATES = { sent: "", pending: "on its way", failed: "not delivered" };

/** @param {HTMLElement} list @param {any} line */
const showLine = (list, line) => {
  const author = line.name ?? (line.author === "member" ? list.dataset.member : AUTHORS[line.author]);
  const at = element("time", { datetime: new Date(line.at).toISOString(), "data-clock": "" });
  const made = element(
    "div",
    { class: "line by-" + line.author + " is-" + line.state, "data-n": String(line.n) },
    element(
      "span",
      { class: "by" },
      element("strong", { dir: "auto" }, author),
      " ",
      at,
      " ",
      element("span", { class: "state" }, STATES[line.state]),
    ),
    element("p", { class: "text", dir: "auto" }, line.text),
  );
  localTimes(made);
  const others = /** @type {HTMLElement[]} */ ([...list.children]);
  const same = others.find((other) => other.dataset.n === String(line.n));
  if (same) {
    if (same.className !== made.className || same.textContent !== made.textContent) same.replaceWith(made);
  } else list.insertBefore(made, others.find((other) => Number(other.dataset.n) > line.n) ?? null);
};

/** @param {any[]} articles */
const showSuggestions = (articles) => {
  const items = articles.map(({ title, summary, url }) => {
    const name = url
      ? element("a", { href: url, target: "_blank", rel: "noopener" }, title)
      : element("strong", {}, title);
    const copyLink = element("button", { type: "button", "data-copy": url ?? summary, "data-copy-name": title }, "Copy");
    copyLink.append(element("span", { class: "sr-only" }, url ? " the link" : " the summary"));
    return element(
      "li",
      { class: "inline" },
      element("span", {}, name, element("span", { class: "summary" }, summary)),
      copyLink,
    );
  });
  const none = element("li", { class: "empty" }, "Nothing fits what the member wrote last.");
  document.getElementById("suggestions")?.replaceChildren(...(items.length > 0 ? items : [none]));
};

/** @param {HTMLElement} list */
const follow = (list) => {
  const state = document.getElementById("live-state");
  /** @param {string} text @param {boolean} isOn */
  const say = (text, isOn) => {
    if (!state) return;
    state.textContent = text;
    state.classList.toggle("is-on", isOn);
  };
  const address = new URL(list.dataset.live ?? "", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  let waits = 1000;
  let hasEnded = false;
  const connect = () => {
    const socket = new WebSocket(address);
    socket.addEventListener("open", () => {
      waits = 1000;
      say("live", true);
    });
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data);
      const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
      if (message.kind === "lines") {
        // Lines that are kept for a person to come get another place when one is asked for.
        const shown = new Set(message.lines.map(({ n }) => String(n)));
        const others = /** @type {HTMLElement[]} */ ([...list.children]);
        if (message.whole) for (const other of others) if (!shown.has(other.dataset.n ?? "")) other.remove();
        for (const line of message.lines) showLine(list, line);
      }
      if (message.kind === "suggestions") showSuggestions(message.articles);
      if (message.kind === "ended") {
        hasEnded = true;
        socket.close();
        say("ended", false);
      }
      if (isAtEnd) list.scrollTop = list.scrollHeight;
    });
    socket.addEventListener("close", () => {
      if (hasEnded) return;
      say("not connected", false);
      setTimeout(connect, waits * (0.5 + Math.random()));
      waits = Math.min(waits * 2, 30000);
    });
  };
  connect();
};

const lines = document.getElementById("lines");
if (lines) {
  lines.scrollTop = lines.scrollHeight;
  if (lines.dataset.live) follow(lines);
}
localTimes(document);
`;
