import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";

/** The hidden field without which the door lets no form in. */
export function Csrf({ token }: { readonly token: string }): JSX.Element {
  return <input type="hidden" name="csrf" value={token} />;
}

/** What went wrong with a form, for the top of the page; nothing when nothing did. */
export function Problems({ problems }: { readonly problems: readonly string[] }): JSX.Element | null {
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

/** Says that something was done. */
export function Done({ children }: { readonly children: Child }): JSX.Element {
  return (
    <p class="message good" role="status">
      {children}
    </p>
  );
}

type Choice = readonly [value: string, name: string];

type SelectProps = {
  readonly name: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly id?: string;
  readonly label?: string;
};

/** A list to choose from. A value that is not in the list any more is kept as one more choice. */
export function Select({ name, value, choices, id = name, label }: SelectProps): JSX.Element {
  const all: readonly Choice[] = choices.some(([one]) => one === value) ? choices : [...choices, [value, value]];
  return (
    <select name={name} id={id} aria-label={label}>
      {all.map(([one, shown]) => (
        <option value={one} selected={one === value}>
          {shown}
        </option>
      ))}
    </select>
  );
}

/** A field with its name above, and a hint below where there is one. */
export function Field(props: {
  readonly label: string;
  readonly for: string;
  readonly wide?: boolean;
  readonly children: Child;
}): JSX.Element {
  return (
    <div class={props.wide ? "field wide" : "field"}>
      <label for={props.for}>{props.label}</label>
      {props.children}
    </div>
  );
}

/** Boxes to tick, under a common name. */
export function Ticks(props: {
  readonly legend: string;
  readonly name: string;
  readonly choices: readonly Choice[];
  readonly ticked: readonly string[];
}): JSX.Element {
  return (
    <fieldset class="ticks">
      <legend>{props.legend}</legend>
      {props.choices.map(([value, shown]) => (
        <label class="check">
          <input type="checkbox" name={props.name} value={value} checked={props.ticked.includes(value)} /> {shown}
        </label>
      ))}
    </fieldset>
  );
}
