import { privateAnswerFollows } from "../answers.ts";
import type { Command } from "./command.ts";

/** `/helpme`: opens a conversation in the DM. The name is the same in every language, since all our texts name it. */
export const helpme: Command = {
  definition: {
    name: "helpme",
    description: "Get help from our customer service in a private chat",
    description_localizations: {
      de: "Hol dir Hilfe von unserem Kundenservice in einem privaten Chat",
      "es-ES": "Recibe ayuda de nuestro servicio de atención al cliente en un chat privado",
      "es-419": "Recibe ayuda de nuestro servicio de atención al cliente en un chat privado",
      fr: "Obtenir l'aide de notre service client dans une discussion privée",
      "pt-BR": "Receba ajuda do nosso atendimento ao cliente em um chat privado",
      ja: "カスタマーサービスにプライベートチャットで相談します",
      "zh-TW": "透過私人對話取得客服協助",
    },
    // In servers and in the bot's DM, for servers that installed the app, for everybody.
    contexts: [0, 1],
    integration_types: [0],
    default_member_permissions: null,
  },

  async run({ interaction, token, profile, guild, at }, { handOver }) {
    await handOver(profile.member, { kind: "member-asked-for-help", interaction, token, profile, guild, at });
    return privateAnswerFollows;
  },
};
