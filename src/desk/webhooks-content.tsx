import type { JSX } from "hono/jsx/jsx-runtime";
import type { FailedDelivery } from "../events/deliveries.ts";
import { EVENT_TYPES } from "../events/event.ts";
import type { Webhook } from "../events/webhooks.ts";
import { At, ButtonForm, SecretOnce } from "./admin-parts.tsx";
import { Csrf, Problems, Ticks } from "./forms.tsx";

/** What a form has led to, and what was typed into it. */
export type WebhooksShown = {
  readonly secret?: string;
  readonly problems?: readonly string[];
  readonly url?: string;
  readonly types?: readonly string[];
};

type WebhooksProps = WebhooksShown & {
  readonly webhooks: readonly Webhook[];
  readonly csrf: string;
  readonly hasQueue: boolean;
};

/** What the page of webhooks shows. */
export function WebhooksContent(props: WebhooksProps): JSX.Element {
  const { webhooks, csrf, hasQueue, secret, problems = [], url = "", types = [] } = props;
  return (
    <div class="narrow">
      {secret !== undefined && <SecretOnce what="What is sent is signed with this secret." secret={secret} />}
      <Problems problems={problems} />
      {!hasQueue && (
        <p class="message bad">Nothing is sent: there is no queue. See [[queues.producers]] in wrangler.toml.</p>
      )}
      <h1>Webhooks</h1>
      {webhooks.length === 0 && <p>No program is told of what happens yet.</p>}
      {webhooks.map((webhook) => (
        <WebhookPanel webhook={webhook} csrf={csrf} />
      ))}
      <section class="panel">
        <h2>New webhook</h2>
        <form method="post" action="/desk/webhooks">
          <Csrf token={csrf} />
          <div class="field">
            <label for="url">Address</label>
            <input type="url" id="url" name="url" value={url} placeholder="https://example.com/flexcord" required />
          </div>
          <Ticks
            legend="It is told of"
            name="types"
            choices={EVENT_TYPES.map((type) => [type, type] as const)}
            ticked={types}
          />
          <p class="actions">
            <button type="submit" class="primary">
              Make the webhook
            </button>
          </p>
        </form>
      </section>
    </div>
  );
}

function WebhookPanel({ webhook, csrf }: { readonly webhook: Webhook; readonly csrf: string }): JSX.Element {
  const { id, url, types, disabled, createdAt, oldSecretUntil } = webhook;
  const path = `/desk/webhooks/${id}`;
  return (
    <section class="panel" aria-label={url}>
      <h2>{url}</h2>
      <p>
        <code>{id}</code>, {types.join(", ")}, made <At time={createdAt} never="" />
        {disabled !== null && <strong>, disabled: {disabled}</strong>}
        {oldSecretUntil !== null && (
          <span>
            , the old secret holds until <At time={oldSecretUntil} never="" />
          </span>
        )}
      </p>
      <div class="actions">
        <a class="button" href={`${path}/failed`}>
          What did not arrive
        </a>
        <ButtonForm action={`${path}/secret`} csrf={csrf} label="New secret" about={url} />
        {disabled === null ? (
          <ButtonForm action={`${path}/disable`} csrf={csrf} label="Disable" about={url} />
        ) : (
          <ButtonForm action={`${path}/enable`} csrf={csrf} label="Enable" about={url} />
        )}
        <ButtonForm action={`${path}/delete`} csrf={csrf} label="Delete" about={url} />
      </div>
    </section>
  );
}

type FailuresProps = {
  readonly webhook: Webhook;
  readonly deliveries: readonly FailedDelivery[];
  /** Where the next page begins. */
  readonly next: string | null;
  readonly csrf: string;
  readonly notice: string | null;
};

/** What did not arrive at a webhook. */
export function FailuresContent({ webhook, deliveries, next, csrf, notice }: FailuresProps): JSX.Element {
  const path = `/desk/webhooks/${webhook.id}`;
  return (
    <div class="narrow">
      {notice !== null && (
        <p class="message" role="status">
          {notice}
        </p>
      )}
      <h1>What did not arrive</h1>
      <p>
        <a href="/desk/webhooks">Webhooks</a>, {webhook.url}
      </p>
      {deliveries.length === 0 ? (
        <p>Everything has arrived.</p>
      ) : (
        <ButtonForm action={`${path}/replay`} csrf={csrf} label="Send again what was given up" about={webhook.url} />
      )}
      {deliveries.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Event</th>
              <th scope="col">Last tried</th>
              <th scope="col">Attempts</th>
              <th scope="col">Why</th>
              <th scope="col">Next</th>
              <th scope="col">Again</th>
            </tr>
          </thead>
          <tbody>
            {deliveries.map(({ event, at, attempts, reason, nextAt }) => (
              <tr>
                <th scope="row">
                  <code>{event}</code>
                </th>
                <td>
                  <At time={at} never="" />
                </td>
                <td>{attempts}</td>
                <td>{reason}</td>
                <td>
                  <At time={nextAt} never="given up" />
                </td>
                <td>
                  <form method="post" action={`${path}/replay`}>
                    <Csrf token={csrf} />
                    <input type="hidden" name="event" value={event} />
                    <button type="submit" aria-label={`Send again: ${event}`}>
                      Send again
                    </button>
                  </form>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {next !== null && (
        <p>
          <a href={`${path}/failed?after=${encodeURIComponent(next)}`}>More</a>
        </p>
      )}
    </div>
  );
}

/** Somebody may have deleted it. */
export function NoWebhookContent(): JSX.Element {
  return (
    <div class="narrow">
      <h1>There is no such webhook</h1>
      <p>
        <a href="/desk/webhooks">Webhooks</a>
      </p>
    </div>
  );
}
