import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import { PRIORITIES } from "../cases/case.ts";
import { Field, Select } from "./forms.tsx";
import { FIELD_TYPES, type SettingsInput, type Span, UNIT_MINUTES } from "./settings-input.ts";
import { PRIORITY_WORDS } from "./words.ts";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** All settings, to be typed over. Each list ends with an empty row, so that it grows without a script too. */
export function SettingsFields({ input }: { readonly input: SettingsInput }): JSX.Element {
  return (
    <>
      <HoursPanel input={input} />
      <TargetsPanel input={input} />
      <section class="panel" aria-labelledby="general-title">
        <h2 id="general-title">Cases</h2>
        <div class="fields">
          <Field label="Staff channel (Discord id), where missed targets are posted" for="staffChannel">
            <input name="staffChannel" id="staffChannel" value={input.staffChannel} inputmode="numeric" />
          </Field>
          <Field label="Days in which a closed case is reopened" for="reopenDays">
            <input name="reopenDays" id="reopenDays" value={input.reopenDays} type="number" min={0} max={365} />
          </Field>
        </div>
      </section>
      <Rows title="Products" list="products" add="Add a product" rows={input.products.map(productRow)}>
        {productRow("", "#")}
      </Rows>
      <Rows title="Fields of your own" list="fields" add="Add a field" rows={input.fields.map(fieldRow)}>
        {fieldRow({ name: "", label: "", type: "text", choices: "" }, "#")}
      </Rows>
      <Rows title="Replies to copy" list="replies" add="Add a reply" rows={input.cannedReplies.map(replyRow)}>
        {replyRow({ title: "", text: "" }, "#")}
      </Rows>
    </>
  );
}

function HoursPanel({ input }: { readonly input: SettingsInput }): JSX.Element {
  return (
    <Rows
      title="Business hours"
      list="openings"
      add="Add opening hours"
      rows={input.openings.map(openingRow)}
      before={
        <>
          <label class="check">
            <input type="checkbox" name="hasHours" value="yes" checked={input.hasHours} /> People are there in these
            hours only
          </label>
          <div class="fields">
            <Field label="Time zone, such as Europe/Berlin" for="timeZone">
              <input name="timeZone" id="timeZone" value={input.timeZone} />
            </Field>
            <Field label="Days on which nobody is there, one a line, such as 2026-12-24" for="holidays">
              <textarea name="holidays" id="holidays" rows={2}>
                {input.holidays}
              </textarea>
            </Field>
          </div>
        </>
      }
    >
      {openingRow({ days: [], from: "", to: "" }, "#")}
    </Rows>
  );
}

function TargetsPanel({ input }: { readonly input: SettingsInput }): JSX.Element {
  const span = (name: string, label: string, { amount, unit }: Span) => (
    <span class="pair">
      <input name={`${name}.amount`} value={amount} type="number" min={0} step="any" aria-label={label} />
      <Select
        name={`${name}.unit`}
        id={`${name}.unit`}
        value={unit}
        choices={Object.keys(UNIT_MINUTES).map((one) => [one, one] as const)}
        label={`${label}, unit`}
      />
    </span>
  );
  return (
    <section class="panel" aria-labelledby="targets-title">
      <h2 id="targets-title">Targets</h2>
      <p class="faint">In business hours. Empty: no target.</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Priority</th>
            <th scope="col">First response</th>
            <th scope="col">Resolution</th>
          </tr>
        </thead>
        <tbody>
          {PRIORITIES.toReversed().map((priority) => {
            const [name, word] = [`targets.${priority}`, PRIORITY_WORDS[priority]];
            return (
              <tr>
                <th scope="row">{word}</th>
                <td>
                  {span(`${name}.firstResponse`, `${word}: first response`, input.targets[priority].firstResponse)}
                </td>
                <td>{span(`${name}.resolution`, `${word}: resolution`, input.targets[priority].resolution)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** A list of rows; its child is the empty row that is added. */
function Rows(props: {
  readonly title: string;
  readonly list: string;
  readonly add: string;
  readonly rows: readonly Child[];
  readonly before?: Child;
  readonly children: Child;
}): JSX.Element {
  const { title, list, add, rows, before, children } = props;
  return (
    <section class="panel" aria-labelledby={`${list}-title`}>
      <h2 id={`${list}-title`}>{title}</h2>
      {before}
      <div class="rows" id={`${list}-rows`}>
        {rows}
        <template>{children}</template>
        <noscript>{children}</noscript>
      </div>
      <button type="button" data-add={`${list}-rows`} hidden>
        {add}
      </button>
    </section>
  );
}

function Remove({ what }: { readonly what: string }): JSX.Element {
  return (
    <button type="button" data-remove="" hidden>
      Remove<span class="sr-only"> {what}</span>
    </button>
  );
}

type RowNumber = number | "#";

function openingRow({ days, from, to }: SettingsInput["openings"][number], n: RowNumber): JSX.Element {
  const name = `openings.${n}`;
  return (
    <div class="row">
      <fieldset class="ticks wide">
        <legend>Days</legend>
        {WEEKDAYS.map((day, index) => (
          <label class="check">
            <input
              type="checkbox"
              name={`${name}.days`}
              value={String(index + 1)}
              checked={days.includes(String(index + 1))}
            />{" "}
            {day}
          </label>
        ))}
      </fieldset>
      <Field label="From, such as 09:00" for={`${name}.from`}>
        <input name={`${name}.from`} id={`${name}.from`} value={from} maxlength={5} />
      </Field>
      <Field label="To; 24:00 ends a day" for={`${name}.to`}>
        <input name={`${name}.to`} id={`${name}.to`} value={to} maxlength={5} />
      </Field>
      <Remove what={`hours from ${from || "the new row"}`} />
    </div>
  );
}

function productRow(product: string, n: RowNumber): JSX.Element {
  return (
    <div class="row">
      <Field label="Product" for={`products.${n}`}>
        <input name="products" id={`products.${n}`} value={product} maxlength={60} />
      </Field>
      <Remove what={product || "the new row"} />
    </div>
  );
}

function fieldRow({ name, label, type, choices }: SettingsInput["fields"][number], n: RowNumber): JSX.Element {
  const row = `fields.${n}`;
  return (
    <div class="row">
      <Field label="Label" for={`${row}.label`}>
        <input name={`${row}.label`} id={`${row}.label`} value={label} maxlength={60} />
      </Field>
      <Field label="Name, such as order_number" for={`${row}.name`}>
        <input name={`${row}.name`} id={`${row}.name`} value={name} maxlength={40} />
      </Field>
      <Field label="Type" for={`${row}.type`}>
        <Select name={`${row}.type`} value={type} choices={FIELD_TYPES} />
      </Field>
      <Field label="Choices, one a line" for={`${row}.choices`}>
        <textarea name={`${row}.choices`} id={`${row}.choices`} rows={1}>
          {choices}
        </textarea>
      </Field>
      <Remove what={label || "the new row"} />
    </div>
  );
}

function replyRow({ title, text }: SettingsInput["cannedReplies"][number], n: RowNumber): JSX.Element {
  const row = `cannedReplies.${n}`;
  return (
    <div class="row">
      <Field label="Title" for={`${row}.title`} wide>
        <input name={`${row}.title`} id={`${row}.title`} value={title} maxlength={80} dir="auto" />
      </Field>
      <Field label="Text" for={`${row}.text`} wide>
        <textarea name={`${row}.text`} id={`${row}.text`} rows={2} maxlength={1600} dir="auto">
          {text}
        </textarea>
      </Field>
      <Remove what={title || "the new row"} />
    </div>
  );
}
