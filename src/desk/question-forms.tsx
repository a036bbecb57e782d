import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { ListedArticle } from "../help/articles.ts";
import { MAX_EXAMPLE } from "../knowledge/article-schema.ts";
import { Csrf, Field, Select } from "./forms.tsx";

/** What was typed into one of the forms. */
export type QuestionInput = Readonly<Record<string, string | undefined>>;

type FormsProps = {
  readonly id: string;
  readonly locale: string;
  /** The member's words as an example question. */
  readonly example: string;
  readonly articles: readonly ListedArticle[];
  readonly csrf: string;
  /** What was typed before, when it was not accepted. */
  readonly typed: QuestionInput | null;
};

/** The three things that can become of a question. */
export function QuestionForms(props: FormsProps): JSX.Element {
  const { id, locale, example, articles, csrf, typed } = props;
  const form = (make: string, content: Child, button: string) => (
    <form method="post" action="/desk/questions">
      <Csrf token={csrf} />
      <input type="hidden" name="question" value={id} />
      <input type="hidden" name="make" value={make} />
      {content}
      <button type="submit">{button}</button>
    </form>
  );
  const field = (name: string, label: string, value: string, max: number) => (
    <Field label={label} for={`${name}-${id}`}>
      <input name={name} id={`${name}-${id}`} value={typed?.[name] ?? value} maxlength={max} required dir="auto" />
    </Field>
  );
  const sameLanguageFirst = articles.toSorted((a, b) => Number(b.locale === locale) - Number(a.locale === locale));
  const chosen = typed?.make === "example" ? `${typed.slug} ${typed.locale}` : undefined;
  const first = sameLanguageFirst[0];
  return (
    <div class="ways">
      <details open={typed?.make === "example"}>
        <summary>Example of an article</summary>
        {form(
          "example",
          <div class="fields">
            <Field label="Article" for={`article-${id}`}>
              <Select
                name="article"
                id={`article-${id}`}
                value={chosen ?? (first ? `${first.slug} ${first.locale}` : "")}
                choices={sameLanguageFirst.map((one) => [`${one.slug} ${one.locale}`, `${one.title} (${one.locale})`])}
              />
            </Field>
            <Field label="Example question" for={`example-${id}`} wide>
              <input
                name="example"
                id={`example-${id}`}
                value={typed?.make === "example" ? (typed.example ?? example) : example}
                maxlength={MAX_EXAMPLE}
                dir="auto"
              />
            </Field>
          </div>,
          "Add the example",
        )}
      </details>
      <details open={typed?.make === "article"}>
        <summary>New article</summary>
        {form(
          "article",
          <div class="fields">
            {field("title", "Title", "", 80)}
            {field("slug", "Short name in its address", "", 64)}
            {field("locale", "Language", locale, 35)}
            <Field label="Summary" for={`summary-${id}`} wide>
              <input
                name="summary"
                id={`summary-${id}`}
                value={typed?.summary ?? ""}
                maxlength={400}
                required
                dir="auto"
              />
            </Field>
            <Field label="Text, in Markdown" for={`body-${id}`} wide>
              <textarea name="body" id={`body-${id}`} rows={8} maxlength={20_000} required dir="auto">
                {typed?.body ?? ""}
              </textarea>
            </Field>
            <Field label="Example question" for={`new-example-${id}`} wide>
              <input
                name="example"
                id={`new-example-${id}`}
                value={typed?.make === "article" ? (typed.example ?? example) : example}
                maxlength={MAX_EXAMPLE}
                dir="auto"
              />
            </Field>
          </div>,
          "Publish the article",
        )}
      </details>
      {form("dismissed", null, "Dismiss")}
    </div>
  );
}
