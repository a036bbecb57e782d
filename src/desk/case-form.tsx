import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import { CASE_KINDS, PRIORITIES } from "../cases/case.ts";
import { MAX_DESCRIPTION, MAX_TITLE } from "../cases/fields.ts";
import type { FieldDefinition, Settings } from "../settings/settings.ts";
import type { CaseInput } from "./case-input.ts";
import { Field, Select } from "./forms.tsx";
import { KIND_WORDS, PRIORITY_WORDS, type StaffNames } from "./words.ts";

type FieldsProps = {
  readonly input: CaseInput;
  readonly settings: Settings;
  /** Who may be chosen as assignee. */
  readonly staff: StaffNames;
  /** What others have written meanwhile, by field. */
  readonly clashes?: CaseInput;
};

/** All of a case's fields that are changed by typing. */
export function CaseFieldsForm({ input, settings, staff, clashes = {} }: FieldsProps): JSX.Element {
  const value = (name: string) => input[name] ?? "";
  const choices = <T extends string>(all: readonly T[], words: Readonly<Record<T, string>>) =>
    all.map((one) => [one, words[one]] as const);
  const labelled = (name: string, label: string, control: Child, wide = false) => (
    <Field label={label} for={name} wide={wide}>
      {control}
      <Theirs text={clashes[name]} />
    </Field>
  );
  return (
    <div class="fields">
      {labelled(
        "title",
        "Title",
        <input name="title" id="title" value={value("title")} maxlength={MAX_TITLE} required dir="auto" />,
        true,
      )}
      {labelled(
        "assignee",
        "Assignee",
        <Select name="assignee" value={value("assignee")} choices={[["", "Nobody"], ...staff]} />,
      )}
      {labelled(
        "priority",
        "Priority",
        <Select name="priority" value={value("priority")} choices={choices(PRIORITIES, PRIORITY_WORDS)} />,
      )}
      {labelled("kind", "Kind", <Select name="kind" value={value("kind")} choices={choices(CASE_KINDS, KIND_WORDS)} />)}
      {labelled(
        "product",
        "Product",
        <Select
          name="product"
          value={value("product")}
          choices={[["", "None"], ...settings.products.map((product) => [product, product] as const)]}
        />,
      )}
      {labelled(
        "tags",
        "Tags, with commas between them",
        <input name="tags" id="tags" value={value("tags")} autocomplete="off" />,
        true,
      )}
      {settings.fields.map((definition) => {
        const name = `fields.${definition.name}`;
        return labelled(name, definition.label, <CustomField definition={definition} value={value(name)} />);
      })}
      {labelled(
        "description",
        "Description",
        <textarea name="description" id="description" rows={3} maxlength={MAX_DESCRIPTION} dir="auto">
          {value("description")}
        </textarea>,
        true,
      )}
    </div>
  );
}

/** What another person made of a field that was changed here too. */
function Theirs({ text }: { readonly text: string | undefined }): JSX.Element | null {
  if (text === undefined) return null;
  return (
    <p class="theirs">
      Meanwhile changed to: <q dir="auto">{text === "" ? "nothing" : text}</q>
    </p>
  );
}

function CustomField(props: { readonly definition: FieldDefinition; readonly value: string }): JSX.Element {
  const { definition, value } = props;
  const name = `fields.${definition.name}`;
  switch (definition.type) {
    case "text":
      return <input name={name} id={name} value={value} maxlength={1000} dir="auto" />;
    case "number":
      return <input name={name} id={name} value={value} type="number" step="any" />;
    case "date":
      return <input name={name} id={name} value={value} type="date" />;
    case "yes-no":
      return (
        <Select
          name={name}
          value={value}
          choices={[
            ["", "Not known"],
            ["yes", "Yes"],
            ["no", "No"],
          ]}
        />
      );
    case "choice":
      return (
        <Select
          name={name}
          value={value}
          choices={[["", "None"], ...definition.choices.map((choice) => [choice, choice] as const)]}
        />
      );
  }
}
