import type { Hono } from "hono";
import type { GenericSchema } from "valibot";
import * as v from "valibot";
import type { StatisticsQuestion } from "../cases/statistics.ts";
import type { EventQueue } from "../events/queue.ts";
import { ArticleShape, articleEndpoints, ListedArticleShape } from "./article-endpoints.ts";
import { caseEndpoints } from "./case-endpoints.ts";
import { caseLinkEndpoints, TranscriptLineShape } from "./case-link-endpoints.ts";
import type { CaseApiOptions } from "./case-options.ts";
import { CaseShape, HistoryShape, ListedCaseShape } from "./case-shapes.ts";
import { CaseConflictShape, caseWorkEndpoints } from "./case-work-endpoints.ts";
import { deliveryEndpoints } from "./delivery-endpoints.ts";
import { answer, type Endpoint, endpoint } from "./endpoint.ts";
import { KeyShape, keyEndpoints } from "./key-endpoints.ts";
import { MemberConflictShape, MemberShape, memberEndpoints } from "./member-endpoints.ts";
import { openApiDocument } from "./openapi.ts";
import { routesOf } from "./routes.ts";
import { SettingsConflictShape, StoredSettingsShape, settingsEndpoints } from "./settings-endpoints.ts";
import { ActorShape } from "./shapes.ts";
import { type StatisticsAnswer, StatisticsShape, statisticsEndpoint } from "./statistics-endpoint.ts";
import { webhookEndpoints } from "./webhook-endpoints.ts";
import { DeliveryShape, WebhookShape, WebhookWithSecretShape } from "./webhook-shapes.ts";

/** What the API works with. */
export type ApiOptions = CaseApiOptions & {
  readonly signingSecret: string;
  readonly publicUrl: string;
  /** Undefined where none is bound: then nothing is sent to webhooks. */
  readonly queue: EventQueue;
  readonly statistics: (question: StatisticsQuestion) => Promise<StatisticsAnswer>;
};

/** The API for other programs, below `/api`. What is open to whom stands with each endpoint. */
export function api(options: ApiOptions): Hono {
  return routesOf(endpointsOf(options), options);
}

const NAMES: Readonly<Record<string, GenericSchema>> = {
  Actor: ActorShape,
  Case: CaseShape,
  ListedCase: ListedCaseShape,
  CaseHistory: HistoryShape,
  CaseConflict: CaseConflictShape,
  TranscriptLine: TranscriptLineShape,
  Member: MemberShape,
  MemberConflict: MemberConflictShape,
  Article: ArticleShape,
  ListedArticle: ListedArticleShape,
  Key: KeyShape,
  StoredSettings: StoredSettingsShape,
  SettingsConflict: SettingsConflictShape,
  Statistics: StatisticsShape,
  Webhook: WebhookShape,
  WebhookWithSecret: WebhookWithSecretShape,
  Delivery: DeliveryShape,
};

/** All endpoints, with the one that describes them. */
export function endpointsOf(options: ApiOptions): Endpoint[] {
  const described = [
    ...caseEndpoints(options),
    ...caseWorkEndpoints(options),
    ...caseLinkEndpoints(options),
    statisticsEndpoint(options),
    ...memberEndpoints(options),
    ...articleEndpoints(options),
    ...settingsEndpoints(options),
    ...webhookEndpoints(options),
    ...deliveryEndpoints(options),
    ...keyEndpoints(options),
  ];
  let document: object | undefined;
  const description = endpoint(
    {
      tag: "Description",
      access: "public",
      method: "GET",
      path: "/openapi.json",
      summary: "This description",
      answers: { 200: v.objectWithRest({ openapi: v.string() }, v.unknown()) },
    },
    async () => {
      document ??= openApiDocument({ publicUrl: options.publicUrl, endpoints: all, names: NAMES });
      return answer(200, { openapi: "3.1.1", ...document }, { "Cache-Control": "public, max-age=300" });
    },
  );
  const all: Endpoint[] = [...described, description];
  return all;
}
