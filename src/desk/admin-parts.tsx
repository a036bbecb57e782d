import type { JSX } from "hono/jsx/jsx-runtime";
import type { Time } from "../conversation/events.ts";
import { Csrf } from "./forms.tsx";

/** A form that is one button. */
export function ButtonForm(props: {
  readonly action: string;
  readonly csrf: string;
  readonly label: string;
  /** What the button is about, for those who do not see where it stands. */
  readonly about: string;
}): JSX.Element {
  return (
    <form method="post" action={props.action}>
      <Csrf token={props.csrf} />
      <button type="submit" aria-label={`${props.label}: ${props.about}`}>
        {props.label}
      </button>
    </form>
  );
}

/** Something that is shown this once. */
export function SecretOnce({ what, secret }: { readonly what: string; readonly secret: string }): JSX.Element {
  return (
    <div class="message good" role="status">
      <p>{what} Keep it in a safe place: it is not shown again.</p>
      <p>
        <code>{secret}</code>
      </p>
    </div>
  );
}

/** A time; `never` where there is none. */
export function At({ time, never }: { readonly time: Time | null; readonly never: string }): JSX.Element {
  if (time === null) return <span>{never}</span>;
  const iso = new Date(time).toISOString();
  return <time datetime={iso}>{iso.slice(0, 16).replace("T", " ")} UTC</time>;
}
