import { type Context, Hono } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import * as v from "valibot";
import { audited } from "../cases/audit.ts";
import type { Time } from "../conversation/events.ts";
import { type DiscordMessageId, SNOWFLAKE } from "../conversation/ids.ts";
import { type ListedArticle, listedArticles } from "../help/articles.ts";
import { ARTICLE_FIELDS, EXAMPLE } from "../knowledge/article-schema.ts";
import { exampleOf, type QuestionOutcome, type QuestionWish, settleQuestion } from "../knowledge/question-outcomes.ts";
import { type MembersQuestion, questionPage, readQuestionCursor } from "../knowledge/questions.ts";
import { problemsOf } from "../problems.ts";
import { Done, Problems } from "./forms.tsx";
import { show, showProblem } from "./layout.tsx";
import type { DeskContext, DeskOptions } from "./options.ts";
import { QuestionForms, type QuestionInput } from "./question-forms.tsx";
import { When } from "./times.tsx";
import { actorOf, type DeskEnv } from "./visitor.ts";

const PAGE_SIZE = 20;

const { slug, locale, title, summary, body } = ARTICLE_FIELDS;
const example = v.optional(EXAMPLE);
const Wish = v.variant("make", [
  v.object({ make: v.literal("example"), slug, locale, example }),
  v.object({ make: v.literal("article"), slug, locale, title, summary, body, example }),
  v.object({ make: v.literal("dismissed") }),
]);

/** Questions that nothing answered, to be turned into articles. */
export function questionRoutes({ db, now }: DeskOptions): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  app.get("/questions", (c) => shown(c, [], null));

  app.post("/questions", async (c) => {
    const typed = inputOf(await c.req.formData());
    const question = typed.question ?? "";
    if (!SNOWFLAKE.test(question)) return shown(c, ["question must be the id of a question"], typed);
    const read = v.safeParse(Wish, typed);
    if (!read.success) return shown(c, problemsOf(read.issues, "make"), typed);
    const deed = { action: "question.settled", subject: `question/${question}`, detail: { made: read.output.make } };
    const note = audited(db, deed, actorOf(c.var.visitor), now());
    const settled = await settleQuestion(db, question as DiscordMessageId, wishOf(read.output), now(), note);
    switch (settled.kind) {
      case "done":
        return c.redirect(`/desk/questions?done=${settled.outcome.kind}`, 303);
      case "taken":
        return shown(c, [`somebody was faster: the question is ${whatItIs(settled.outcome)} now`], null, 409);
      case "no-question":
        return showProblem(c, 404, "There is no such question", "It may have been forgotten meanwhile.");
      case "no-article":
        return shown(c, ["slug names no members’ article in this language"], typed);
      case "article-exists":
        return shown(c, ["slug is taken: there is such an article in this language"], typed);
    }
  });

  async function shown(
    c: DeskContext,
    problems: readonly string[],
    typed: QuestionInput | null,
    status: 409 | 422 = 422,
  ): Promise<Response> {
    const cursor = c.req.query("cursor");
    const after = cursor === undefined ? null : readQuestionCursor(cursor);
    const [page, articles] = await Promise.all([questionPage(db, "unanswered", after, PAGE_SIZE), listedArticles(db)]);
    return show(
      c,
      { title: "Questions", room: "questions", status: problems.length > 0 ? status : 200 },
      <>
        <Outcome c={c} />
        <Problems problems={problems} />
        <h1>Questions that nothing answered</h1>
        {page.questions.length === 0 && <p class="panel empty">None: every question found its article.</p>}
        {page.questions.map((question) => (
          <Question
            question={question}
            articles={articles}
            csrf={c.var.csrf}
            now={now()}
            typed={typed?.question === question.id ? typed : null}
          />
        ))}
        {page.next !== null && (
          <nav class="pages" aria-label="Pages">
            <a href={`/desk/questions?cursor=${page.next}`} rel="next">
              Next page
            </a>
          </nav>
        )}
      </>,
    );
  }

  return app;
}

type QuestionProps = {
  readonly question: MembersQuestion;
  readonly articles: readonly ListedArticle[];
  readonly csrf: string;
  readonly now: Time;
  readonly typed: QuestionInput | null;
};

function Question({ question, articles, csrf, now, typed }: QuestionProps): JSX.Element {
  const { id, locale, text, shown, personAsked, at } = question;
  return (
    <article class="panel question" aria-labelledby={`q-${id}`}>
      <h2 id={`q-${id}`} lang={locale} dir="auto" data-row="" tabindex={-1}>
        {text}
      </h2>
      <p class="faint">
        <When at={at} now={now} /> · {locale}
        {shown.length > 0 && ` · was shown ${shown.join(", ")}`}
        {personAsked && " · asked for a person"}
      </p>
      <QuestionForms id={id} locale={locale} example={exampleOf(text)} articles={articles} csrf={csrf} typed={typed} />
    </article>
  );
}

function Outcome({ c }: { readonly c: Context }): JSX.Element | null {
  switch (c.req.query("done")) {
    case "example":
      return <Done>The article has this example now, and will be found by it.</Done>;
    case "article":
      return <Done>The article is there for everybody.</Done>;
    case "dismissed":
      return <Done>The question is off the list.</Done>;
    default:
      return null;
  }
}

/** Only what was filled in; browsers send the lines of a text area with CR LF. */
function inputOf(form: FormData): QuestionInput {
  const entries = [...form].flatMap(([name, value]): [string, string][] =>
    typeof value === "string" && value.trim() !== "" ? [[name, value.replaceAll("\r\n", "\n")]] : [],
  );
  const { article, ...typed } = Object.fromEntries(entries);
  // Which article, in one field: its name and its language.
  const [slug, locale] = article?.split(" ") ?? [];
  return { ...typed, ...(slug !== undefined && { slug }), ...(locale !== undefined && { locale }) };
}

function wishOf(read: v.InferOutput<typeof Wish>): QuestionWish {
  switch (read.make) {
    case "dismissed":
      return { kind: "dismissed" };
    case "example":
      return { kind: "example", slug: read.slug, locale: read.locale, example: read.example };
    case "article": {
      const { make: _, example, ...article } = read;
      return { kind: "article", article, example };
    }
  }
}

function whatItIs(outcome: QuestionOutcome): string {
  switch (outcome.kind) {
    case "dismissed":
      return "dismissed";
    case "example":
      return `an example of ${outcome.slug} (${outcome.locale})`;
    case "article":
      return `the article ${outcome.slug} (${outcome.locale})`;
  }
}
