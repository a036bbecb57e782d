import { ANSWER, identityOf, type Scene } from "./crash-scene.ts";

/** A script of what people and platforms do. They wait for what they see, so it can be played whatever dies meanwhile. */
export type Flow = (scene: Scene) => Promise<void>;

const SECOND = 1000;

/** The histories in which every crash point is tried. */
export const FLOWS: Readonly<Record<string, Flow>> = {
  "help is asked for, and the member greeted": async (scene) => {
    await scene.helpme();
    await scene.dmShows("how may I help you?");
    await scene.pause(SECOND);
  },

  "a question, suggestions, an article that helped": async (scene) => {
    await scene.ask();
    await scene.press("article");
    await scene.dmShows("Suggested article");
    await scene.press("helped");
    await scene.dmShows("Glad to hear that!");
  },

  "a person is asked for, and joins": async (scene) => {
    await scene.ask();
    await scene.ask();
    await scene.press("person");
    await scene.dmShows("Transferring you");
    await scene.accept();
    await scene.twilioShows("Talk to a person");
  },

  "a talk both ways: long texts, edits, a file": async (scene) => {
    const { people, world } = scene;
    const task = await scene.talkToPerson();
    const asked = [scene.write(), scene.write(), scene.write({ isLong: true })];
    const said = [scene.say(task), scene.say(task, { isLong: true }), scene.say(task)];
    for (const word of asked) await scene.twilioShows(word);
    for (const word of said) await scene.dmShows(word);
    people.editOwn(scene.account);
    await scene.twilioShows("edited: ");
    // Nothing shows that the webhook of an edit is missing, so nobody waits for it.
    const last = world.fromAgents.at(-1);
    if (last) people.editOfAgent(last);
    await scene.pause(2 * SECOND);
    const file = scene.say(task, { hasFile: true });
    await scene.dmShows(file);
    const thanks = scene.write();
    await scene.twilioShows(thanks);
  },

  "the agent hands back, and a person is asked for again": async (scene) => {
    const task = await scene.talkToPerson();
    scene.people.command(task.channel.conversation, identityOf(task));
    await scene.dmShows("You are talking to the virtual assistant again.");
    await scene.until("the agent is free", () => task.status === "completed");
    await scene.ask();
    scene.write({ asksForPerson: true });
    const next = await scene.accept();
    const word = scene.say(next);
    await scene.dmShows(word);
  },

  "the agent leaves, and the next message brings the next one": async (scene) => {
    const task = await scene.talkToPerson();
    scene.people.withTask(task, "the agent leaves", ({ channel }) => scene.world.flex.deactivate(channel));
    await scene.dmMayShow("has left the conversation.");
    const asked = scene.write();
    await scene.twilioShows(asked);
    const next = await scene.accept();
    const word = scene.say(next);
    await scene.dmShows(word);
  },

  "nobody takes the task, and a second Interaction brings somebody": async (scene) => {
    scene.write({ asksForPerson: true });
    const first = await scene.offer();
    const waiting = scene.write();
    await scene.twilioShows(waiting);
    scene.people.withTask(first, "the workflow times out", (task) => scene.world.flex.timeOut(task));
    const second = await scene.accept();
    const word = scene.say(second);
    await scene.dmShows(word);
  },

  "the chat is closed while both write, and the next session goes on": async (scene) => {
    const task = await scene.talkToPerson();
    const before = [scene.write(), scene.write()];
    for (const word of before) await scene.twilioShows(word);
    // The agent's last words are on their way to the member, the member's next ones come too late for Twilio.
    const last = [scene.say(task), scene.say(task)];
    scene.people.withTask(task, "the agent ends the chat", (one) => scene.world.flex.wrapUp(one));
    scene.write();
    scene.write();
    for (const word of last) await scene.dmShows(word);
    await scene.dmShows("This conversation was closed.");
    await scene.dmShows(ANSWER, 2);
    scene.people.withTask(task, "the agent completes", (one) => scene.world.flex.complete(one));
    scene.write({ asksForPerson: true });
    await scene.accept();
  },

  "Twilio refuses a message, and the member sends it again": async (scene) => {
    await scene.talkToPerson();
    const before = scene.write();
    const accept = scene.refuseOnTwilio(`m${scene.world.fromMembers.length}w0`);
    const refused = scene.write();
    const after = scene.write();
    for (const word of [before, after]) await scene.twilioShows(word);
    await scene.dmShows("Your message was not delivered.");
    accept();
    await scene.press("resend");
    await scene.twilioShows(refused);
  },

  "the Gateway's session is lost, and what it missed is read": async (scene) => {
    const { gateway } = scene.world;
    const task = await scene.talkToPerson();
    const before = scene.write();
    await scene.twilioShows(before);
    scene.loseGatewaySession();
    await scene.pause(200);
    const missed = [scene.write(), scene.write(), scene.write()];
    const word = scene.say(task);
    await scene.until("a new session of the Gateway", () => gateway.sessions.size > 0);
    const after = [scene.write(), scene.write()];
    for (const one of [...missed, ...after]) await scene.twilioShows(one);
    await scene.dmShows(word);
  },

  "the Gateway asks to reconnect while the member writes": async (scene) => {
    await scene.talkToPerson();
    const words = [scene.write(), scene.write(), scene.write()];
    scene.world.gateway.askToReconnect();
    words.push(scene.write());
    for (const word of words) await scene.twilioShows(word);
  },

  "the DM is closed, and open again": async (scene) => {
    const { account } = scene;
    account.takesDms = false;
    await scene.helpme();
    await scene.until("a private answer", () => answersOf(scene).some((answer) => answer !== null));
    account.takesDms = true;
    await scene.helpme();
    await scene.dmShows("how may I help you?");
    const task = await scene.talkToPerson();
    account.takesDms = false;
    scene.say(task);
    await scene.twilioShows("delivered");
    account.takesDms = true;
    const asked = scene.write();
    await scene.twilioShows(asked);
    const word = scene.say(task);
    await scene.dmShows(word);
  },
};

function answersOf({ world }: Scene): (string | null)[] {
  return [...world.discord.interactions.values()].filter(({ deferred }) => deferred).map(({ answer }) => answer);
}
