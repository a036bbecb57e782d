import type { JSX } from "hono/jsx/jsx-runtime";
import type { TranscriptLine } from "../cases/transcripts.ts";
import type { CannedReply } from "../settings/settings.ts";
import { casePath } from "./case-list.tsx";
import type { CaseView } from "./case-view.ts";
import { ClockTime } from "./times.tsx";

/** The chat of a case: what was said and, while the session is open, what is being said; articles that fit; replies to copy. */
export function ChatPanel({ view }: { readonly view: CaseView }): JSX.Element {
  const { case: one, chat, memberName, settings } = view;
  const path = casePath(one.id);
  return (
    <section class="panel chat" aria-labelledby="chat-title">
      <h2 id="chat-title">
        Chat{" "}
        {chat.isOpen && (
          <span class="live" id="live-state">
            connecting
          </span>
        )}
      </h2>
      {chat.sessions.length > 1 && (
        <nav class="sessions" aria-label="Sessions of this case">
          {chat.sessions.map((session, n) => (
            <a href={`${path}?session=${session}`} aria-current={session === chat.shown ? "true" : undefined}>
              {n + 1}
            </a>
          ))}
        </nav>
      )}
      {chat.shown === null ? (
        <p class="empty">No chat belongs to this case.</p>
      ) : (
        // Focusable, so that whoever has no mouse can scroll it.
        <div
          class="lines"
          id="lines"
          role="log"
          aria-label="What was said"
          tabindex={0}
          data-live={chat.isOpen ? `${path}/live` : undefined}
          data-member={memberName}
        >
          {chat.lines.map((line) => (
            <Line line={line} memberName={memberName} />
          ))}
        </div>
      )}
      {chat.shown !== null && chat.lines.length === 0 && !chat.isOpen && (
        <p class="empty">Nothing of this chat was kept.</p>
      )}
      {chat.isOpen && (
        <div class="suggestions">
          <h3 id="suggestions-title">Articles that fit</h3>
          <ul id="suggestions" aria-labelledby="suggestions-title" aria-live="polite">
            <li class="empty">They appear when the member writes.</li>
          </ul>
        </div>
      )}
      <Replies replies={settings.cannedReplies} />
    </section>
  );
}

const AUTHORS = { assistant: "Assistant", agent: "Agent", bridge: "Flexcord" } as const;
const STATES = { sent: null, pending: "on its way", failed: "not delivered" } as const;

function Line({ line, memberName }: { readonly line: TranscriptLine; readonly memberName: string }): JSX.Element {
  const { n, at, author, name, text, state } = line;
  const note = STATES[state];
  return (
    <div class={`line by-${author} is-${state}`} data-n={n}>
      <span class="by">
        <strong dir="auto">{name ?? (author === "member" ? memberName : AUTHORS[author])}</strong> <ClockTime at={at} />{" "}
        <span class="state">{note}</span>
      </span>
      <p class="text" dir="auto">
        {text}
      </p>
    </div>
  );
}

function Replies({ replies }: { readonly replies: readonly CannedReply[] }): JSX.Element | null {
  if (replies.length === 0) return null;
  return (
    <details class="replies" open>
      <summary>
        <h3>Replies to copy</h3>
      </summary>
      <ul>
        {replies.map(({ title, text }) => (
          <li>
            <button type="button" data-copy={text} title={text}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
