/** A name or description in the languages of our texts beside English. */
type Translations = {
  readonly de: string;
  readonly es: string;
  readonly fr: string;
  readonly "pt-BR": string;
  readonly ja: string;
  readonly "zh-TW": string;
};

type Named = {
  readonly name: string;
  readonly names: Translations;
  readonly description: string;
  readonly descriptions: Translations;
};

/** How Discord shows something that has a name: in the locales that it knows, so Spanish twice. */
export function shown({ name, names, description, descriptions }: Named) {
  return {
    name,
    name_localizations: byDiscordLocale(names),
    description,
    description_localizations: byDiscordLocale(descriptions),
  };
}

function byDiscordLocale({ es, ...others }: Translations) {
  return { ...others, "es-ES": es, "es-419": es };
}

/** The names of `/case`, its subcommands and their option. */
export const NAMES = {
  case: {
    name: "case",
    names: { de: "fall", es: "caso", fr: "dossier", "pt-BR": "caso", ja: "お問い合わせ", "zh-TW": "案件" },
    description: "See and manage your cases with our customer service",
    descriptions: {
      de: "Deine Fälle bei unserem Kundenservice ansehen und verwalten",
      es: "Consulta y gestiona tus casos con nuestro servicio de atención al cliente",
      fr: "Consulter et gérer vos dossiers auprès de notre service client",
      "pt-BR": "Veja e gerencie seus casos no nosso atendimento ao cliente",
      ja: "カスタマーサービスへのお問い合わせを確認・管理します",
      "zh-TW": "查看並管理您在客服的案件",
    },
  },
  list: {
    name: "list",
    names: { de: "liste", es: "lista", fr: "liste", "pt-BR": "lista", ja: "一覧", "zh-TW": "清單" },
    description: "List your latest cases",
    descriptions: {
      de: "Deine letzten Fälle auflisten",
      es: "Muestra tus últimos casos",
      fr: "Afficher vos derniers dossiers",
      "pt-BR": "Mostra seus casos mais recentes",
      ja: "最近のお問い合わせを一覧で表示します",
      "zh-TW": "列出您最近的案件",
    },
  },
  view: {
    name: "view",
    names: { de: "anzeigen", es: "ver", fr: "voir", "pt-BR": "ver", ja: "表示", "zh-TW": "查看" },
    description: "Show one of your cases",
    descriptions: {
      de: "Einen deiner Fälle anzeigen",
      es: "Muestra uno de tus casos",
      fr: "Afficher l'un de vos dossiers",
      "pt-BR": "Mostra um dos seus casos",
      ja: "お問い合わせを表示します",
      "zh-TW": "顯示您的一個案件",
    },
  },
  close: {
    name: "close",
    names: { de: "schließen", es: "cerrar", fr: "fermer", "pt-BR": "fechar", ja: "終了", "zh-TW": "結案" },
    description: "Close one of your cases",
    descriptions: {
      de: "Einen deiner Fälle schließen",
      es: "Cierra uno de tus casos",
      fr: "Fermer l'un de vos dossiers",
      "pt-BR": "Fecha um dos seus casos",
      ja: "お問い合わせを終了します",
      "zh-TW": "將您的一個案件結案",
    },
  },
  reopen: {
    name: "reopen",
    names: { de: "wieder-öffnen", es: "reabrir", fr: "rouvrir", "pt-BR": "reabrir", ja: "再開", "zh-TW": "重新開啟" },
    description: "Reopen one of your cases that is not solved after all",
    descriptions: {
      de: "Einen deiner Fälle wieder öffnen, der doch nicht gelöst ist",
      es: "Reabre uno de tus casos que al final no está resuelto",
      fr: "Rouvrir l'un de vos dossiers qui n'est finalement pas résolu",
      "pt-BR": "Reabre um dos seus casos que afinal não foi resolvido",
      ja: "解決していなかったお問い合わせを再開します",
      "zh-TW": "重新開啟您尚未真正解決的案件",
    },
  },
  number: {
    name: "number",
    names: { de: "nummer", es: "número", fr: "numéro", "pt-BR": "número", ja: "番号", "zh-TW": "編號" },
    description: "The case's number, such as 12",
    descriptions: {
      de: "Die Nummer des Falls, zum Beispiel 12",
      es: "El número del caso, por ejemplo 12",
      fr: "Le numéro du dossier, par exemple 12",
      "pt-BR": "O número do caso, por exemplo 12",
      ja: "お問い合わせ番号（例：12）",
      "zh-TW": "案件編號，例如 12",
    },
  },
} as const satisfies Readonly<Record<string, Named>>;
