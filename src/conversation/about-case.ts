import { askForPerson } from "./hand-over.ts";
import type { OpenCase } from "./state.ts";
import { deliver, type Turn, updateSession } from "./turn.ts";

/** A person is asked for because of a case: a session that has none gets this one, instead of a new one. */
export function askForPersonAbout(turn: Turn, about: OpenCase): void {
  if (turn.state.session?.case.kind === "none") {
    updateSession(turn, { case: { kind: "open", ...about, wantsMessages: false } });
    deliver(turn, { lane: "directory", kind: "link-session", case: about.id });
  }
  askForPerson(turn, "asked-for");
}
