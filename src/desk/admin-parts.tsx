import type { JSX } from "hono/jsx/jsx-runtime";
import type { Time } from "../conversation/events.ts";

/** The hidden field without which the door lets no form in. */
export function CsrfField({ token }: { readonly token: string }): JSX.Element {
  return <input type="hidden" name="csrf" value={token} />;
}

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
      <CsrfField token={props.csrf} />
      <button type="submit" aria-label={`${props.label}: ${props.about}`}>
        {props.label}
      </button>
    </form>
  );
}

/** What went wrong with a form; nothing when nothing did. */
export function ProblemList({ problems }: { readonly problems: readonly string[] }): JSX.Element | null {
  if (problems.length === 0) return null;
  return (
    <div class="message bad" role="alert">
      <p>Nothing was stored yet:</p>
      <ul>
        {problems.map((problem) => (
          <li>{problem}</li>
        ))}
      </ul>
    </div>
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

/** Boxes to tick, under a common name. */
export function Boxes(props: {
  readonly legend: string;
  readonly name: string;
  readonly values: readonly string[];
  readonly ticked: readonly string[];
}): JSX.Element {
  return (
    <fieldset class="ticks">
      <legend>{props.legend}</legend>
      {props.values.map((value) => (
        <label class="check">
          <input type="checkbox" name={props.name} value={value} checked={props.ticked.includes(value)} /> {value}
        </label>
      ))}
    </fieldset>
  );
}

/** A time; `never` where there is none. */
export function At({ time, never }: { readonly time: Time | null; readonly never: string }): JSX.Element {
  if (time === null) return <span>{never}</span>;
  const iso = new Date(time).toISOString();
  return <time datetime={iso}>{iso.slice(0, 16).replace("T", " ")} UTC</time>;
}
