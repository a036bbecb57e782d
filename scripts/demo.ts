/**
 * `npm run demo`: the Worker under `wrangler dev`, a Discord and a Twilio on 127.0.0.1, and one whole conversation through
 * their real HTTP and WebSocket interfaces, printed as both sides see it. Exits 0 when everything is as it should be.
 * `npm run demo -- --routing studio`: the same, with the shipped Studio flow deciding who answers.
 */
import { type DeskPage, DeskVisitor } from "../playground/desk-visitor.ts";
import type { Member, Message } from "../playground/discord/index.ts";
import { buttonsOf, watch } from "../playground/show.ts";
import { type Routing, type Stage, startStage } from "../playground/stage.ts";
import { Checks } from "./lib/checks.ts";
import { readCommandLine, UsageError } from "./lib/command-line.ts";
import { bold, dim, TwoColumns } from "./lib/two-columns.ts";

const QUESTION = "I got a new phone and cannot get into my account";

async function play(
  { discord, twilio, worker }: Stage,
  routing: Routing,
  checks: Checks,
  tell: { readonly note: (text: string) => void; readonly onDesk: (text: string) => void },
): Promise<void> {
  const { note, onDesk } = tell;
  const endpoint = await discord.checkEndpoint();
  checks.equal("Discord accepts the endpoint: a signed PING is answered, a forged one refused", endpoint, {
    ...endpoint,
    ok: true,
  });
  const member = discord.createMember({ name: "member" });
  const agent = twilio.createAgent({ name: "Agent One" });

  note("The member uses /helpme in #customer-service.");
  const helpme = await member.slash("helpme");
  const answer = await discord.until(() => helpme.state === "answered" && helpme.message?.content, "answer to /helpme");
  checks.equal(
    "/helpme is answered privately",
    [answer, helpme.ephemeral],
    [`Hi <@${member.id}>! You requested help. Our customer service just DM'ed you!`, true],
  );
  checks.equal("the DM has the greeting", textsOf(member), ["Hi member, how may I help you?"]);

  note("The member asks in the DM.");
  member.dm(QUESTION);
  const suggestions = await said(discord, member, (message) => message.content === "Does one of these help?");
  const labels = buttonsOf(suggestions);
  checks.equal(
    "the assistant suggests up to four articles and a person",
    [labels.length <= 5, labels.at(-1)],
    [true, "Talk to a person"],
  );

  note(`The member opens "${labels[0]}".`);
  await member.press(suggestions.id, labels[0] ?? "");
  const article = await said(discord, member, (message) => message.content === `Suggested article: ${labels[0]}`);
  checks.equal(
    "the article comes as a reply with title, summary and two buttons",
    [article.message_reference?.message_id, article.embeds[0]?.title, buttonsOf(article)],
    [suggestions.id, labels[0], ["That helped", "Talk to a person"]],
  );

  // Nobody presses a button before the bot has the answer about the message that carries it.
  await settled(discord, twilio);
  note("The member asks for a person.");
  await member.press(article.id, "Talk to a person");
  await said(discord, member, (message) => message.content === "Your case id is #1.");
  await said(discord, member, (message) => message.content === "Transferring you to one of our agents…");
  const offer = await twilio.until(() => agent.reservations[0], "task for the agent");
  const attributes = JSON.parse(offer.task.attributes) as Record<string, unknown>;
  checks.equal(
    "the task says whose it is and which case",
    [attributes.customerName, attributes.channelType, attributes.caseNumber],
    ["member", "discord", 1],
  );

  if (routing === "studio") checkHandOver(twilio, checks);

  note("The agent accepts.");
  const chat = await agent.accept();
  const identity = `discord_${member.id}`;
  const summary = ["system", "Summary, seen by agents only. The member asked for a person."];
  checks.equal(
    "the agent sees a summary and the whole chat so far, in order and with its authors",
    chat.messages.map(({ author, body }) => [author, body?.split("\n")[0]]),
    [
      ...(routing === "bridge" ? [summary] : []),
      ["Assistant", "Hi member, how may I help you?"],
      [identity, QUESTION],
      ["Assistant", "Does one of these help?"],
      ["Assistant", `Suggested article: ${labels[0]}`],
      [identity, "Talk to a person"],
      // Studio has had the chat from the beginning, and acts upon the last line.
      ...(routing === "studio" ? [summary, ["Assistant", "Transferring you to one of our agents…"]] : []),
    ],
  );
  const joined = "Agent One has joined the conversation.";
  await said(discord, member, (message) => message.content === joined);

  const callsBefore = [restCalls(discord.log), restCalls(twilio.log)];
  await chat.send("Hello! I see that you got a new phone. Which account is it?");
  await said(discord, member, (message) => message.content.startsWith("**Agent One:** Hello!"));
  member.dm("It is the one with the moon badge");
  await twilio.until(() => chat.messages.some(({ body }) => body === "It is the one with the moon badge"), "message");
  member.dm("Do you need its friend code?");
  await twilio.until(() => chat.messages.some(({ body }) => body === "Do you need its friend code?"), "message");
  await chat.send("No need: it is yours again.");
  await said(discord, member, (message) => message.content === "**Agent One:** No need: it is yours again.");
  await settled(discord, twilio);
  checks.equal(
    "a message costs one outside call, in either direction",
    [restCalls(discord.log) - (callsBefore[0] ?? 0), restCalls(twilio.log) - (callsBefore[1] ?? 0)],
    [2, 2],
  );

  note("The agent ends the chat and completes the task.");
  await chat.complete();
  const closed = "This conversation was closed. Send a message to start a new one.";
  await said(discord, member, (message) => message.content === closed);
  const fromBot = textsOf(member).slice(textsOf(member).indexOf(joined));
  checks.equal("joined once, then only the agent's words, each once and in order, then closed once", fromBot, [
    joined,
    "**Agent One:** Hello! I see that you got a new phone. Which account is it?",
    "**Agent One:** No need: it is yours again.",
    closed,
  ]);
  checks.equal(
    "the member's words reached Flex once and in order",
    chat.messages.filter(({ author }) => author === identity).map(({ body }) => body),
    [QUESTION, "Talk to a person", "It is the one with the moon badge", "Do you need its friend code?"],
  );

  note("The next message opens a new session.");
  const seen = member.dmMessages.length;
  member.dm("How do I change my name?");
  await said(discord, member, (message, n) => n > seen && message.content === "Does one of these help?");
  await settled(discord, twilio);
  if (routing === "studio") {
    checks.equal(
      "the new session is the assistant's: no second task, and Studio asked the bridge once more, in a new conversation",
      [twilio.tasks.size, twilio.conversations.size, whatStudioDid(twilio).slice(2)],
      [1, 2, [["How do I change my name?", "ask_bridge"]]],
    );
    checks.equal("Studio's requests were all accepted", statusesOf(twilio.log, ["studio"]), [200]);
  } else {
    checks.equal(
      "the new session is the assistant's: no second task, no second conversation on Twilio",
      [twilio.tasks.size, twilio.conversations.size],
      [1, 1],
    );
  }

  note("The agent opens the case on the desk, by the link in its task, and checks in.");
  const desk = new DeskVisitor();
  const opened = await desk.open(String(attributes.caseUrl));
  onDesk(caseOn(opened));
  checks.equal(
    "the desk shows the case with its chat to whoever has the link, and that the agent has answered",
    [
      headingOf(opened),
      linesOn(opened).includes(QUESTION),
      historyOn(opened).some((line) => line.includes("answered the member for the first time")),
    ],
    [`#1 ${QUESTION}`, true, true],
  );
  onDesk(caseOn(await desk.press(opened, "Check in", { note: "The account was moved to the new phone." })));
  const checkIn = await said(discord, member, (message) => message.content === "Is this solved? (Case #1)");
  await settled(discord, twilio);
  note("The member closes the case, and says how the help was.");
  await member.press(checkIn.id, "Close");
  const howWasIt = await said(discord, member, ({ content }) => content === "How was our help with your case #1?");
  await settled(discord, twilio);
  await member.press(howWasIt.id, "★★★★★");
  const closedCase = await desk.open(opened.url);
  onDesk(caseOn(closedCase));
  checks.equal(
    "the case is closed by the member, with the best rating",
    [factsOn(closedCase)[0], factsOn(closedCase).includes("★★★★★")],
    ["Closed", true],
  );
  const other = await fetch(opened.url, { redirect: "manual" });
  checks.equal("without the link, or another proof, nobody sees the case", other.status, 401);

  const health = (await (await fetch(`${worker.url}/health`)).json()) as { status: string; gateway: string };
  checks.equal("the Worker is healthy and the Gateway ready", [health.status, health.gateway], ["ok", "ready"]);
  checks.equal(
    "Twilio's webhooks were all answered 204",
    statusesOf(twilio.log, ["conversations", "task-events"]),
    [204],
  );
  checks.equal("Discord refused none of our requests", discord.invalidRequests, 0);
}

function headingOf({ document }: DeskPage): string {
  return document.querySelector("h1")?.textContent?.trim() ?? "";
}

/** What stands below a case's heading, piece by piece. */
function factsOn({ document }: DeskPage): string[] {
  return [...document.querySelectorAll(".case-head .facts > *")].map((fact) => fact.textContent?.trim() ?? "");
}

function linesOn({ document }: DeskPage): string[] {
  return [...document.querySelectorAll("#lines .text")].map((line) => line.textContent?.trim() ?? "");
}

function historyOn({ document }: DeskPage): string[] {
  const history = document.querySelector("#history-title")?.closest("section");
  return [...(history?.querySelectorAll("li") ?? [])].map((line) => line.textContent ?? "");
}

/** A case as the desk shows it, in short. */
function caseOn(page: DeskPage): string {
  return [headingOf(page), factsOn(page).join(" · ")].join("\n");
}

/** Under Studio routing the task is Studio's work: the bridge itself asks Flex for nothing. */
function checkHandOver(twilio: Stage["twilio"], checks: Checks): void {
  const interactions = twilio.log.filter((entry) => entry.kind === "rest" && entry.path === "/v1/Interactions");
  checks.equal(
    "Studio took up each message of the member, asked the bridge or sent the member to Flex, and lost none",
    [whatStudioDid(twilio), twilio.studio.dropped, interactions],
    [
      [
        [QUESTION, "ask_bridge"],
        ["Transferring you to one of our agents…", "send_to_flex"],
      ],
      [],
      [],
    ],
  );
}

/** Each message that Studio took up, with the last widget that it went through. */
function whatStudioDid({ studio }: Stage["twilio"]): (string | null | undefined)[][] {
  return studio.executions.map(({ message, steps }) => [message.body, steps.at(-1)?.widget]);
}

function textsOf(member: Member): string[] {
  return member.dmMessages.filter(({ author }) => author.bot).map(({ content }) => content);
}

function said(
  discord: Stage["discord"],
  member: Member,
  matches: (message: Message, n: number) => boolean,
): Promise<Message> {
  return discord.until(
    () => member.dmMessages.find((message, n) => message.author.bot && matches(message, n)),
    "message",
  );
}

function restCalls(log: readonly { kind: string }[]): number {
  return log.filter(({ kind }) => kind === "rest").length;
}

function statusesOf(log: Stage["twilio"]["log"], receivers: readonly string[]): (number | null)[] {
  const isOne = (entry: Stage["twilio"]["log"][number]) => entry.kind === "webhook" && receivers.includes(entry.to);
  return [...new Set(log.filter(isOne).map(({ status }) => status))];
}

/** All that was sent has been answered. */
async function settled(discord: Stage["discord"], twilio: Stage["twilio"]): Promise<void> {
  await twilio.webhooksSettled();
  const isDone = (entry: { kind: string; status?: unknown }) => entry.kind !== "rest" || entry.status !== null;
  await discord.until(() => discord.log.every(isDone), "answer to each request");
  await twilio.until(() => twilio.log.every(isDone), "answer to each request");
}

function readRouting(args: readonly string[]): Routing {
  const { routing } = readCommandLine({
    args: [...args],
    options: { routing: { type: "string", default: "bridge" } },
  }).values;
  if (routing === "bridge" || routing === "studio") return routing;
  throw new UsageError(`--routing is bridge or studio, not ${routing}`);
}

async function demonstrate(routing: Routing): Promise<boolean> {
  const print = (line: string) => console.log(line);
  const startedAt = performance.now();
  print(dim("Starting the Worker (wrangler dev), a Discord and a Twilio on 127.0.0.1 …"));
  const checks = new Checks();
  const stage = await startStage({ routing });
  print(dim(`Ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${stage.worker.url}\n`));
  const columns = new TwoColumns(print, Math.min(process.stdout.columns || 110, 140));
  columns.header("Discord", "Flex");
  const stop = watch(stage, ({ side, who, text }) => columns.add(side === "discord" ? "left" : "right", who, text));
  try {
    await play(stage, routing, checks, {
      note: (text) => columns.add("left", "", dim(`— ${text}`)),
      onDesk: (text) => columns.add("right", "desk", text),
    });
  } catch (error) {
    checks.abort(error instanceof Error ? error.message : String(error));
    print(`\n${bold("What the Worker printed:")}\n${stage.worker.output.slice(-30).join("\n")}`);
  } finally {
    stop();
    await stage.close();
  }
  print(`\n${bold("Checked")}`);
  for (const line of checks.report()) print(line);
  return checks.ok;
}

try {
  process.exitCode = (await demonstrate(readRouting(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nUsage: npm run demo -- [--routing bridge|studio]`);
  process.exitCode = 2;
}
